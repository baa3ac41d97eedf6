import { LineChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([LineChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const SIZE = { width: 760, height: 420 };
/** Colour-blind readers can distinguish them, too, on light and dark pages. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00'];

/**
 * @typedef {object} Curve
 * @property {string} name of the file
 * @property {string} title
 * @property {{ name: string, unit?: string, isLogarithmic?: boolean }} x
 * @property {{ name: string }} y
 * @property {{ name: string, points: [number, number][] }[]} lines
 */

/** @param {Curve} curve @param {string} caption @returns {string} an SVG document */
export function draw({ title, x, y, lines }, caption) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    color: COLOURS,
    backgroundColor: '#ffffff',
    textStyle: { fontFamily: 'sans-serif' },
    title: {
      text: title,
      subtext: caption,
      left: 'center',
      textStyle: { fontSize: 16 },
      subtextStyle: { fontSize: 10 },
    },
    legend: { top: 52, data: lines.map(({ name }) => name) },
    grid: { left: 70, right: 30, top: 90, bottom: 50 },
    xAxis: {
      type: x.isLogarithmic ? 'log' : 'value',
      name: x.name,
      nameLocation: 'middle',
      nameGap: 30,
      max: x.unit === '%' ? 100 : undefined,
      axisLabel: { formatter: (value) => `${value.toLocaleString('en')}${x.unit ?? ''}` },
    },
    yAxis: { type: 'value', name: y.name, nameLocation: 'middle', nameGap: 50, min: 0 },
    series: lines.map(({ name, points }) => ({
      type: 'line',
      name,
      data: points,
      symbolSize: 5,
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
