//! Bars as SVG.

use std::path::Path;

use plotters::prelude::*;

use crate::Failure;

/// A bar: its label, its value, and the yardstick beside it.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) value: f64,
    pub(crate) yardstick: Option<f64>,
}

/// Draws bars beside their yardsticks, from zero.
pub(crate) fn bars(file: &Path, (title, unit): (&str, &str), bars: &[Bar]) -> Result<(), Failure> {
    let highest = bars.iter().flat_map(|bar| [Some(bar.value), bar.yardstick]).flatten();
    let top = highest.fold(0.0, f64::max) * 1.15;
    let count = i32::try_from(bars.len())?;
    let area = SVGBackend::new(file, (860, 380)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d((0..count).into_segmented(), 0.0..top)?;
    let label = |position: &SegmentValue<i32>| match position {
        SegmentValue::CenterOf(index) => {
            let bar = usize::try_from(*index).ok().and_then(|index| bars.get(index));
            bar.map_or_else(String::new, |bar| bar.label.clone())
        }
        SegmentValue::Exact(_) | SegmentValue::Last => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(bars.len())
        .x_label_formatter(&label)
        .y_desc(unit)
        .draw()?;
    let grey = RGBColor(190, 190, 190);
    let green = RGBColor(38, 110, 84);
    for (bar, index) in bars.iter().zip(0..) {
        let mut draw = |value: f64, colour: RGBColor, margins: (u32, u32)| {
            let corners =
                [(SegmentValue::Exact(index), 0.0), (SegmentValue::Exact(index + 1), value)];
            let mut rectangle = Rectangle::new(corners, colour.filled());
            rectangle.set_margin(0, 0, margins.0, margins.1);
            chart.draw_series(std::iter::once(rectangle)).map(drop)
        };
        let wide = 4;
        match bar.yardstick {
            Some(yardstick) => {
                let half = 860 / u32::try_from(count.max(1))? / 2 - 12;
                draw(yardstick, grey, (wide, half))?;
                draw(bar.value, green, (half, wide))?;
            }
            None => draw(bar.value, green, (wide * 3, wide * 3))?,
        }
    }
    area.present()?;
    Ok(())
}
