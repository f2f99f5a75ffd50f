//! QR codes and Code 128 as black rectangles.

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone around a QR code, in modules.
const QR_QUIET: usize = 4;
/// The quiet zone on each side of a Code 128, in modules.
const BARS_QUIET: usize = 10;
/// Widest module of a Code 128, in points: a third of a millimetre reads well from a counter's scanner.
const BAR_WIDEST: f32 = 0.95;

/// The black runs of a QR code with its quiet zone in a square of this side; empty when the text is too long.
pub(super) fn qr(text: &str, side: f32) -> Vec<[f32; 4]> {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return Vec::new() };
    let width = code.width();
    let module = side / (width + 2 * QR_QUIET) as f32;
    let at = |index: usize| (index + QR_QUIET) as f32 * module;
    let mut rects = Vec::new();
    for (row, cells) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = cells[column..].iter().take_while(|cell| **cell == Color::Dark).count();
            if run > 0 {
                rects.push([at(column), at(row), run as f32 * module, module]);
            }
            column += run.max(1);
        }
    }
    rects
}

/// The bars of a Code 128, set B, in a width at most and a height, and the width they take with the quiet zones; empty
/// when the text has other letters than printable ASCII.
pub(super) fn bars(text: &str, width: f32, height: f32) -> (Vec<[f32; 4]>, f32) {
    let printable = !text.is_empty() && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let code = printable.then(|| Code128::new(format!("\u{181}{text}")).ok()).flatten();
    let Some(modules) = code.map(|code| code.encode()) else { return (Vec::new(), 0.0) };
    let module = (width / (modules.len() + 2 * BARS_QUIET) as f32).min(BAR_WIDEST);
    let mut rects = Vec::new();
    let mut at = 0;
    while at < modules.len() {
        let run = modules[at..].iter().take_while(|module| **module == 1).count();
        if run > 0 {
            rects.push([(at + BARS_QUIET) as f32 * module, 0.0, run as f32 * module, height]);
        }
        at += run.max(1);
    }
    (rects, (modules.len() + 2 * BARS_QUIET) as f32 * module)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stay_in_their_frame() {
        let code = qr("https://example.vn/track/abcdefghijklmnop", 80.0);
        assert!(code.len() > 100 && code.iter().all(|[x, y, w, h]| *x > 0.0 && x + w < 80.0 && y + h < 80.0));
        assert!(qr(&"x".repeat(4_000), 80.0).is_empty());
        let (lines, width) = bars("000.21.70.H12-191023-0007", 170.0, 20.0);
        assert!(width <= 170.01 && lines.iter().all(|[x, _, w, _]| x + w <= width));
        // Start, 25 letters, check sign and stop: three bars each, four for the stop.
        assert_eq!(lines.len(), 3 * 27 + 4);
        assert!(bars("Mẫu", 100.0, 20.0).0.is_empty() && bars("", 100.0, 20.0).0.is_empty());
    }
}
