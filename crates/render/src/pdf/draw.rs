//! Writing a laid-out document with krilla, and its structure for readers that cannot see it.

use std::num::NonZeroU16;

use krilla::{
    Document,
    color::luma,
    geom::{PathBuilder, Point, Rect},
    metadata::Metadata,
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{
        Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag as Kind, TagGroup,
        TagTree,
    },
    text::{GlyphId, KrillaGlyph},
};

use super::{Face, Mark, Pdf, PdfError, Tag};

/// The bytes of a document.
pub(super) fn write(pdf: &Pdf) -> Result<Vec<u8>, PdfError> {
    for face in [Face::Regular, Face::Bold, Face::Italic] {
        face.font().ok_or(PdfError::Font)?;
    }
    let mut document = Document::new();
    let mut found: Vec<Vec<Identifier>> = vec![Vec::new(); pdf.tags.len()];
    for page in &pdf.pages {
        let settings = PageSettings::from_wh(page.size.width, page.size.height)
            .ok_or_else(|| PdfError::Write("a page without a size".to_owned()))?;
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        for marks in page.marks.chunk_by(|a, b| tag_of(a) == tag_of(b)) {
            let tag = marks.first().map_or(0, tag_of);
            let content = match pdf.tags.get(tag) {
                None | Some(Tag::Artifact) => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Other)),
                Some(Tag::Figure(_)) => ContentTag::Other,
                Some(_) => ContentTag::Span(SpanTag::empty()),
            };
            let artifact = matches!(content, ContentTag::Artifact(_));
            let identifier = surface.start_tagged(content);
            marks.iter().for_each(|mark| draw(&mut surface, mark));
            surface.end_tagged();
            if !artifact {
                found[tag].push(identifier);
            }
        }
        surface.finish();
        sheet.finish();
    }
    document.set_tag_tree(tree(pdf, found));
    document.set_metadata(
        Metadata::new().title(pdf.title.clone()).language("vi".to_owned()).creator("Hài Lòng".to_owned()),
    );
    document.finish().map_err(|error| PdfError::Write(format!("{error:?}")))
}

fn tag_of(mark: &Mark) -> usize {
    match mark {
        Mark::Text { tag, .. } | Mark::Fill { tag, .. } => *tag,
        Mark::Lines { .. } => 0,
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark) {
    match mark {
        Mark::Text { x, baseline, size, face, text, stretch, .. } => {
            let Some(font) = face.font() else { return };
            let glyphs: Vec<_> = text
                .char_indices()
                .map(|(at, letter)| {
                    let glyph = face.glyph(letter);
                    let wide = if letter == ' ' { stretch / size } else { 0.0 };
                    let range = at..at + letter.len_utf8();
                    KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance + wide, 0.0, 0.0, 0.0, range, None)
                })
                .collect();
            surface.set_fill(Some(fill(0)));
            surface.set_stroke(None);
            surface.draw_glyphs(Point::from_xy(*x, *baseline), &glyphs, font, text, *size, false);
        }
        Mark::Lines { ends, width } => {
            let mut path = PathBuilder::new();
            for [x1, y1, x2, y2] in ends {
                path.move_to(*x1, *y1);
                path.line_to(*x2, *y2);
            }
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: luma::Color::black().into(),
                width: *width,
                ..Stroke::default()
            }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
        Mark::Fill { rects, shade, .. } => {
            let mut path = PathBuilder::new();
            for [x, y, width, height] in rects {
                if let Some(rect) = Rect::from_xywh(*x, *y, *width, *height) {
                    path.push_rect(rect);
                }
            }
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*shade)));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
        }
    }
}

fn fill(shade: u8) -> Fill {
    Fill { paint: luma::Color::new(shade).into(), opacity: NormalizedF32::ONE, rule: Default::default() }
}

/// Title, paragraphs, pictures, and tables by rows, in the order they were added.
fn tree(pdf: &Pdf, found: Vec<Vec<Identifier>>) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some("vi".to_owned()));
    let mut tagged = pdf.tags.iter().zip(found).filter(|(_, found)| !found.is_empty()).peekable();
    let first = NonZeroU16::MIN;
    while let Some((tag, identifiers)) = tagged.next() {
        match tag {
            Tag::Artifact => {}
            Tag::Paragraph => tree.push(group(Kind::P, identifiers)),
            Tag::Title => tree.push(group(Kind::Hn(first, None), identifiers)),
            Tag::Figure(words) => tree.push(group(Kind::Figure(Some(words.clone())), identifiers)),
            Tag::Cell { table, row, head } => {
                let mut rows =
                    vec![(*row, TagGroup::with_children(Kind::TR, vec![cell(*head, identifiers).into()]))];
                while let Some((Tag::Cell { row, head, .. }, identifiers)) =
                    tagged.next_if(|(tag, _)| matches!(tag, Tag::Cell { table: same, .. } if same == table))
                {
                    match rows.last_mut() {
                        Some((last, group)) if last == row => group.push(cell(*head, identifiers)),
                        _ => rows.push((
                            *row,
                            TagGroup::with_children(Kind::TR, vec![cell(*head, identifiers).into()]),
                        )),
                    }
                }
                let rows = rows.into_iter().map(|(_, row)| row.into()).collect();
                tree.push(TagGroup::with_children(Kind::Table, rows));
            }
        }
    }
    tree
}

fn cell(head: bool, identifiers: Vec<Identifier>) -> TagGroup {
    if head { group(Kind::TH(TableHeaderScope::Column), identifiers) } else { group(Kind::TD, identifiers) }
}

fn group(kind: impl Into<krilla::tagging::TagKind>, identifiers: Vec<Identifier>) -> TagGroup {
    TagGroup::with_children(kind, identifiers.into_iter().map(Into::into).collect())
}
