//! The style sheet, the script and the mark, built into the program.

/// The style sheet of all pages.
pub const CSS: &str = concat!(
    include_str!("../assets/css/tokens.css"),
    include_str!("../assets/css/base.css"),
    include_str!("../assets/css/shell.css"),
    include_str!("../assets/css/component.css"),
    include_str!("../assets/css/public.css"),
    include_str!("../assets/css/chart.css"),
    include_str!("../assets/css/work.css"),
    include_str!("../assets/css/queue.css"),
    include_str!("../assets/css/kiosk.css"),
    include_str!("../assets/css/lead.css"),
    include_str!("../assets/css/print.css"),
);

/// The small script; every page works without it.
pub const SCRIPT: &str = include_str!("../assets/hailong.js");

/// The scripts of the rating kiosk, by name of their file: a page that works without network is one of script.
pub const KIOSK: [(&str, &str); 3] = [
    ("kiosk.js", include_str!("../assets/kiosk/kiosk.js")),
    ("kiosk-seal.js", include_str!("../assets/kiosk/kiosk-seal.js")),
    ("kiosk-store.js", include_str!("../assets/kiosk/kiosk-store.js")),
];

/// The kiosk's service worker, without the line that names its version.
pub const KIOSK_WORKER: &str = include_str!("../assets/kiosk/kiosk-worker.js");

/// The mark, for the browser's tab.
pub const ICON_SVG: &str = include_str!("../assets/icon.svg");

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    fn tokens(css: &str) -> BTreeMap<String, [f64; 3]> {
        let mut tokens = BTreeMap::new();
        for line in css.lines() {
            let Some((name, value)) = line.trim().split_once(": #") else { continue };
            let hex = value.trim_end_matches(';');
            let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0;
            tokens.insert(name.trim_start_matches("--").to_owned(), [part(0), part(2), part(4)]);
        }
        tokens
    }

    fn luminance(colour: [f64; 3]) -> f64 {
        let linear = |c: f64| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2])
    }

    fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn contrast_is_enough_in_both_themes() {
        let css = include_str!("../assets/css/tokens.css");
        let (light, dark) = css.split_once("@media").unwrap();
        let text = [
            ("ink", "paper"),
            ("ink", "raised"),
            ("ink-soft", "paper"),
            ("ink-soft", "raised"),
            ("mangrove", "paper"),
            ("mangrove", "raised"),
            ("mangrove", "mangrove-pale"),
            ("on-mangrove", "mangrove"),
            ("turmeric", "turmeric-pale"),
            ("turmeric", "paper"),
            ("brick", "brick-pale"),
            ("brick", "paper"),
            ("brick", "raised"),
            ("river", "river-pale"),
            ("river", "paper"),
            ("ink", "turmeric-pale"),
            ("ink", "brick-pale"),
            ("ink", "river-pale"),
            ("ink", "mangrove-pale"),
            ("on-scale-1", "scale-1"),
            ("on-scale-2", "scale-2"),
            ("on-scale-3", "scale-3"),
            ("on-scale-4", "scale-4"),
            ("on-scale-5", "scale-5"),
        ];
        for (theme, css) in [("light", light), ("dark", dark)] {
            let tokens = tokens(css);
            for (front, back) in text {
                let ratio = contrast(tokens[front], tokens[back]);
                assert!(ratio >= 4.5, "{front} on {back} in the {theme} theme has only {ratio:.2}");
            }
            for (front, back) in [("field-line", "paper"), ("field-line", "raised"), ("focus", "paper")] {
                let ratio = contrast(tokens[front], tokens[back]);
                assert!(ratio >= 3.0, "{front} on {back} in the {theme} theme has only {ratio:.2}");
            }
        }
    }

    #[test]
    fn the_style_sheet_loads_nothing_from_elsewhere() {
        assert!(!super::CSS.contains("url(") && !super::CSS.contains("@import"));
        assert_eq!(super::CSS.matches('{').count(), super::CSS.matches('}').count());
    }
}
