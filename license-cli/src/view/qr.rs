//! Codes that were drawn.

use std::path::{Path, PathBuf};

use license_core::document::Kind;
use license_core::value::DocumentId;
use serde_json::{Value, json};

use crate::carry::qr::picture::{LEAST_MODULE_MM, module_mm};
use crate::carry::qr::terminal::Ink;
use crate::carry::qr::{Symbol, terminal};
use crate::files;
use crate::plural::counted;
use crate::view::answer::{Answer, put};

/// The file that the codes carry.
pub(crate) struct Drawn {
    pub(crate) kind: Kind,
    pub(crate) id: DocumentId,
    pub(crate) bytes: usize,
}

/// Codes as pictures, each with its path, and how wide they print.
pub(crate) struct Pictures<'a> {
    pub(crate) codes: Vec<(&'a Symbol, PathBuf)>,
    pub(crate) width: u16,
}

/// The answer that draws codes on the terminal.
pub(crate) fn on_terminal(file: &Drawn, symbols: &[Symbol], ink: Ink) -> Answer {
    let draw = |symbol: &Symbol| {
        let lines: String = terminal::draw(symbol, ink, 1).join("\n");
        format!("{lines}\n{}\n", words(symbol))
    };
    let text = symbols.iter().map(draw).collect::<Vec<_>>().join("\n");
    Answer::yes(text, json(file, &symbols.iter().map(symbol_json).collect::<Vec<_>>()))
}

/// The answer where the codes were shown one after the other.
pub(crate) fn shown(file: &Drawn, symbols: &[Symbol]) -> Answer {
    let of = match symbols.len() {
        1 => String::new(),
        codes => format!("; any {} of them are enough", codes - 1),
    };
    let text = format!(
        "shown: {} of {} {}{of}; `airlock scan` reads photographs of them\n",
        counted(symbols.len(), "code"),
        file.kind,
        file.id
    );
    Answer::yes(text, json(file, &symbols.iter().map(symbol_json).collect::<Vec<_>>()))
}

/// The answer that names the pictures.
pub(crate) fn as_pictures(file: &Drawn, pictures: &Pictures<'_>) -> Answer {
    let Pictures { codes, width } = pictures;
    let text: String = codes.iter().map(|(symbol, path)| written(symbol, path, *width)).collect();
    let drawn = codes.iter().map(|(symbol, path)| picture_json(symbol, path, *width));
    let json = json(file, &drawn.collect::<Vec<_>>());
    let paths: Vec<&Path> = codes.iter().map(|(_, path)| path.as_path()).collect();
    let fine = codes.first().and_then(|(symbol, _)| fine(symbol, *width));
    Answer::yes(text, json).warn(fine).wrote(&paths)
}

fn json(file: &Drawn, codes: &[Value]) -> Value {
    json!({
        "format": 1,
        "kind": file.kind.to_string(),
        "id": file.id.to_string(),
        "bytes": file.bytes,
        "codes": codes,
    })
}

fn written(symbol: &Symbol, path: &Path, width: u16) -> String {
    let square = module_mm(symbol, width);
    format!(
        "wrote {}: {}, {width} mm wide, {square:.2} mm a square\n",
        files::shown(path),
        words(symbol)
    )
}

fn words(symbol: &Symbol) -> String {
    format!("{}, QR version {}", symbol.caption(), symbol.size_words())
}

/// A warning where modules would be too fine for paper.
fn fine(symbol: &Symbol, width: u16) -> Option<String> {
    let module = module_mm(symbol, width);
    if module >= LEAST_MODULE_MM {
        return None;
    }
    let enough =
        (u16::try_from(symbol.full_side()).unwrap_or(u16::MAX)).saturating_mul(4).div_ceil(10);
    Some(format!(
        "the squares of the code are {module:.2} mm wide, and paper needs {LEAST_MODULE_MM} mm: \
         `--width {enough}` is enough"
    ))
}

fn symbol_json(symbol: &Symbol) -> Value {
    json!({
        "part": symbol.part,
        "parts": symbol.parts,
        "version": symbol.size_words(),
        "modules": symbol.full_side(),
        "text": symbol.text,
    })
}

fn picture_json(symbol: &Symbol, path: &Path, width: u16) -> Value {
    let mut json = symbol_json(symbol);
    put(&mut json, "path", path.to_string_lossy());
    put(&mut json, "width_mm", width);
    json
}
