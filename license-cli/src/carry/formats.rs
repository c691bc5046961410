//! Files of other formats that a text is sent in: each by its first bytes, with the way to the
//! text.

/// What it is in words, and what to do with it.
type Named = (&'static str, &'static str);

const COPY: &str = "open it in the program that it is of, select all, copy the text into a new \
                    file (plain text), and give that file";
const CSV: &str = "give the original export (license_usage.csv), which no spreadsheet has opened; \
                   where there is none, save the sheet as CSV, with commas and days as YYYY-MM-DD";
const UNPACK: &str = "unpack it, and give what is in it";
const DECRYPT: &str = "open it in the mail program that has the key, save the attachment or the \
                       text from there, and give that";
const PLAIN_MAIL: &str = "Outlook packs attachments so; ask the sender to send the mail anew as \
                          plain text (Format Text, Plain Text), or unpack it: `tnef FILE`";
const SIGNED: &str = "`openssl cms -verify -noverify -inform DER -in FILE -out NEW` takes out what \
                      was signed";
const GPG: &str = "decrypt it where the key is: `gpg --decrypt FILE > NEW`, and give NEW";

/// Formats known by how they begin.
const STARTS: [(&[u8], Named); 12] = [
    (b"{\\rtf", ("an RTF document", COPY)),
    (b"\x78\x9f\x3e\x22", ("winmail.dat, a mail that Outlook packed", PLAIN_MAIL)),
    (b"7z\xbc\xaf\x27\x1c", ("a 7z archive", UNPACK)),
    (b"Rar!\x1a\x07", ("a RAR archive", UNPACK)),
    (b"\xfd7zXZ\0", ("an xz archive", UNPACK)),
    (b"BZh91AY&SY", ("a bzip2 archive", UNPACK)),
    (b"MSCF\0\0\0\0", ("a cabinet archive", UNPACK)),
    (b"%!PS-Adobe-", ("a PostScript document", COPY)),
    (
        b"\0\x05\x16\x07",
        ("what macOS keeps beside a file", "give the file whose name has no ._ before it"),
    ),
    (b"L\0\0\0\x01\x14\x02\0", ("a Windows shortcut", "give the file that it leads to")),
    (
        b"[InternetShortcut]",
        ("a link to a web page", "open it, save what it leads to, and give that"),
    ),
    (b"SQLite format 3\0", ("an SQLite database", "give the file that was sent to you")),
];

/// A file of another format, by its first bytes.
pub(crate) fn named(bytes: &[u8]) -> Option<Named> {
    let begins = |(start, named): &(&[u8], Named)| bytes.starts_with(start).then_some(*named);
    STARTS
        .iter()
        .find_map(begins)
        .or_else(|| office(bytes))
        .or_else(|| cms(bytes))
        .or_else(|| armored(&String::from_utf8_lossy(bytes.get(..512).unwrap_or(bytes))))
}

/// A document of an office program, or a message of Outlook.
fn office(bytes: &[u8]) -> Option<Named> {
    let has = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let wide =
        |part: &str| has(&part.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Some(match () {
            () if wide("__substg1.0_") => (
                "an Outlook message (.msg)",
                "open it in Outlook, save the attachment or the text (.txt) from there, and give \
                 that",
            ),
            () if wide("WordDocument") => ("a Word document (.doc)", COPY),
            () if wide("Workbook") => ("a spreadsheet workbook (xls)", CSV),
            () => ("an Outlook message or an old Office document", COPY),
        });
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    Some(match () {
        () if has(b"word/") => ("a Word document (.docx)", COPY),
        () if is_workbook(bytes) => ("a spreadsheet workbook (xlsx, ods)", CSV),
        () if has(b"ppt/") => ("a PowerPoint document (.pptx)", COPY),
        () if has(b"application/vnd.oasis.opendocument") => ("an OpenDocument file", COPY),
        () => return None,
    })
}

/// Whether a ZIP archive is a spreadsheet's: it names the parts of a workbook (ECMA-376 part 1
/// section 12.3), or its type (OpenDocument 1.3 part 2 section 3.3).
fn is_workbook(bytes: &[u8]) -> bool {
    let names = |name: &[u8]| bytes.windows(name.len()).any(|part| part == name);
    names(b"xl/workbook") || names(b"xl/worksheets") || names(b"opendocument.spreadsheet")
}

/// A message in CMS (RFC 5652), by the object identifier that it begins with.
fn cms(bytes: &[u8]) -> Option<Named> {
    const PKCS7: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07";
    if bytes.first() != Some(&0x30) {
        return None;
    }
    let head = bytes.get(..24).unwrap_or(bytes);
    let at = head.windows(PKCS7.len()).position(|window| window == PKCS7)?;
    Some(match bytes.get(at + PKCS7.len()) {
        Some(2) => ("a message signed with S/MIME", SIGNED),
        _ => ("a message encrypted with S/MIME", DECRYPT),
    })
}

/// A text that is armored by another program.
fn armored(text: &str) -> Option<Named> {
    let first = text.trim_start_matches('\u{feff}').trim_start().lines().next()?;
    Some(match first.trim_end() {
        "-----BEGIN PGP MESSAGE-----" => ("a message encrypted with PGP", GPG),
        "-----BEGIN PGP SIGNATURE-----" => (
            "a PGP signature alone",
            "give the file that it stands beside: the same name without .asc or .sig",
        ),
        "-----BEGIN PGP PUBLIC KEY BLOCK-----" => {
            ("a PGP key", "airlock has keys of its own: ask the vendor for the file root.pub")
        }
        "-----BEGIN PKCS7-----" | "-----BEGIN CMS-----" => (
            "a message in PKCS #7",
            "`openssl cms -verify -noverify -inform PEM -in FILE -out NEW` takes out what was \
             signed; what is encrypted, the mail program with the key opens",
        ),
        line if is_uuencoded(line) => {
            ("a uuencoded file", "`uudecode -o NEW FILE` writes what is in it")
        }
        _ => return None,
    })
}

/// Whether a line is `begin`, the rights of a file in octal, and its name (POSIX, uuencode).
fn is_uuencoded(line: &str) -> bool {
    let mut words = line.split(' ');
    let rights = (words.next() == Some("begin")).then(|| words.next()).flatten();
    let octal =
        |it: &str| (3..=4).contains(&it.len()) && it.bytes().all(|b| (b'0'..=b'7').contains(&b));
    rights.is_some_and(octal) && words.next().is_some()
}

/// A mail whose content is in another format as a whole, by its heads.
pub(crate) fn mail(text: &str) -> Option<Named> {
    let text = text.to_ascii_lowercase();
    let says = |part: &str| text.contains(part);
    Some(match () {
        () if says("application/ms-tnef") => {
            ("a mail with its attachments in winmail.dat", PLAIN_MAIL)
        }
        () if says("application/pkcs7-mime") || says("application/x-pkcs7-mime") => {
            ("a mail that S/MIME has encrypted or signed", DECRYPT)
        }
        () if says("multipart/encrypted") || says("-----begin pgp message-----") => {
            ("a mail that PGP has encrypted", DECRYPT)
        }
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_named_by_how_they_begin() {
        let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
        let wide = |name: &str| {
            let name = name.encode_utf16().flat_map(u16::to_le_bytes);
            [ole.to_vec(), vec![0; 40], name.collect()].concat()
        };
        for (bytes, what) in [
            (b"{\\rtf1\\ansi -----BEGIN".to_vec(), "an RTF document"),
            (b"\x78\x9f\x3e\x22\x01\0".to_vec(), "winmail.dat"),
            (wide("__substg1.0_0037001F"), "an Outlook message (.msg)"),
            (wide("WordDocument"), "a Word document (.doc)"),
            (wide("Workbook"), "a spreadsheet workbook (xls)"),
            (wide("x"), "an old Office document"),
            (b"PK\x03\x04....word/document.xml".to_vec(), "a Word document (.docx)"),
            (b"PK\x03\x04....xl/workbook.xml".to_vec(), "a spreadsheet workbook (xlsx, ods)"),
            (
                b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.text".to_vec(),
                "an OpenDocument file",
            ),
            (b"7z\xbc\xaf\x27\x1c\0\x04".to_vec(), "a 7z archive"),
            (b"-----BEGIN PGP MESSAGE-----\n\nhQ".to_vec(), "encrypted with PGP"),
            (b"-----BEGIN PKCS7-----\nMII".to_vec(), "PKCS #7"),
            (b"begin 644 license.airlock\nM".to_vec(), "a uuencoded file"),
            (
                b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03".to_vec(),
                "encrypted with S/MIME",
            ),
            (
                b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02".to_vec(),
                "signed with S/MIME",
            ),
        ] {
            let (found, hint) = named(&bytes).unwrap();
            assert!(found.contains(what) && !hint.is_empty(), "{found}: {what}");
        }
        for ours in [&b"-----BEGIN AIRLOCK LICENSE-----\n"[..], b"PK\x03\x04.", b"\xd2\x84", b""] {
            assert_eq!(named(ours), None);
        }
    }
}
