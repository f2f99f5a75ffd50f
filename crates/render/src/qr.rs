//! QR codes as SVG, for papers and pages.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone around the code, in modules.
const QUIET: usize = 4;

/// A QR code of the text as one SVG image with one path; `None` when the text is too long for a code.
///
/// The code stands beside the same text in words, so that it is hidden from screen readers.
pub fn svg(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, cells) in code.to_colors().chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let run = cells[column..].iter().take_while(|cell| **cell == Color::Dark).count();
            if run > 0 {
                let (x, y) = (column + QUIET, row + QUIET);
                // Writing into a string cannot fail.
                let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
            }
            column += run.max(1);
        }
    }
    let size = width + 2 * QUIET;
    Some(format!(
        "<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\">\
         <path class=\"qr-paper\" fill=\"#fff\" d=\"M0 0h{size}v{size}H0z\"/>\
         <path class=\"qr-ink\" fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_one_square_with_one_path() {
        let svg = super::svg("http://127.0.0.1:8080/track/abcdef").unwrap();
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
        assert_eq!(svg.matches("qr-ink").count(), 1);
        // The finder pattern begins with seven dark modules in the corner.
        assert!(svg.contains("M4 4h7v1h-7z"));
        assert!(super::svg(&"x".repeat(5_000)).is_none());
    }
}
