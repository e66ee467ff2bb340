/* Buttons that save a chart of the page as it is seen now; without Plotly on the page they do nothing. */
export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".mle-save");
  root.replaceChildren();
  for (const [key, name] of Object.entries(data.charts)) {
    const row = root.appendChild(document.createElement("div"));
    row.appendChild(document.createElement("span")).textContent = name;
    for (const format of ["png", "svg"]) {
      const button = row.appendChild(document.createElement("button"));
      button.type = "button";
      button.textContent = format.toUpperCase();
      button.setAttribute("aria-label", `Save “${name}” as ${format.toUpperCase()}`);
      button.onclick = () => {
        const chart = document.querySelector(`.st-key-${CSS.escape(key)} .js-plotly-plot`);
        if (!chart || !window.Plotly) return;
        const { width, height } = chart.getBoundingClientRect();
        // On paper there is no theme behind the chart: black on white.
        const paper = { ...chart.layout, paper_bgcolor: "#FFFFFF", plot_bgcolor: "#FFFFFF", font: { ...chart.layout.font, color: "#1F2328" } };
        window.Plotly.downloadImage({ data: chart.data, layout: paper }, { format, filename: `${data.file}-${key}`, width, height, scale: 2 });
      };
    }
  }
}
