//! Files that somebody names: never read past what they can sensibly hold.

use std::{fs::File, io::Read as _, path::Path};

use anyhow::{Context as _, ensure};

/// What a file holds.
///
/// # Errors
/// When it cannot be read, or holds more than `most` bytes.
pub(crate) fn bytes(file: &Path, most: usize) -> anyhow::Result<Vec<u8>> {
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("{name} cannot be read"))?;
    let mut bytes = Vec::new();
    opened.take(most as u64 + 1).read_to_end(&mut bytes).with_context(|| format!("{name} cannot be read"))?;
    ensure!(bytes.len() <= most, "{name} has more than {most} bytes");
    Ok(bytes)
}

/// The same of a file of text.
///
/// # Errors
/// Those of [`bytes`], and when it is no UTF-8.
pub(crate) fn text(file: &Path, most: usize) -> anyhow::Result<String> {
    String::from_utf8(bytes(file, most)?).with_context(|| format!("{} is no UTF-8 text", file.display()))
}
