// Exit code 0 when this instance is to be sent requests: for HEALTHCHECK, in an image without curl.
const { status } = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/health/ready`);
process.exit(status === 200 ? 0 : 1);
