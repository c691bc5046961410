//! The file of passwords that PostgreSQL's own programs read (its manual, "The Password File").

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::files::{reason, shown};
use crate::problem::{Failure, Problem};

/// Who connects where, as text.
pub(super) struct Wanted<'a> {
    pub(super) host: &'a str,
    pub(super) port: u16,
    pub(super) database: &'a str,
    pub(super) user: &'a str,
}

/// The password in the file that PGPASSFILE names; `None` where none is named, or no line is for
/// this.
///
/// # Errors
/// `registry_denied` for a file that cannot be read, or that others may read.
pub(super) fn password(wanted: &Wanted<'_>) -> Result<Option<String>, Failure> {
    let Some(path) = std::env::var_os("PGPASSFILE").filter(|path| !path.is_empty()) else {
        return Ok(None);
    };
    let path = PathBuf::from(path);
    let denied = |why: &str| {
        Failure::new(Problem::RegistryDenied, format!("PGPASSFILE: {}: {why}", shown(&path)))
    };
    let found = fs::metadata(&path).map_err(|error| denied(&reason(&error)))?;
    if found.mode() & 0o077 != 0 {
        let others = denied("others may read it, expected a file for its owner alone");
        return Err(others.hint("`chmod 600` it"));
    }
    let text = fs::read_to_string(&path).map_err(|error| denied(&reason(&error)))?;
    Ok(text.lines().find_map(|line| of_line(line, wanted)))
}

fn of_line(line: &str, wanted: &Wanted<'_>) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let port = wanted.port.to_string();
    let [host, of_port, database, user, password] = fields(line)?;
    let is = |field: &str, value: &str| field == "*" || field == value;
    let fits = is(&host, wanted.host)
        && is(&of_port, &port)
        && is(&database, wanted.database)
        && is(&user, wanted.user);
    fits.then_some(password)
}

/// The five fields of a line; a backslash takes the letter behind it as it is.
fn fields(line: &str) -> Option<[String; 5]> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ':' => fields.push(String::new()),
            '\\' => fields.last_mut()?.extend(letters.next()),
            other => fields.last_mut()?.push(other),
        }
    }
    fields.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_fits_has_the_password() {
        let wanted = Wanted { host: "db", port: 5432, database: "airlock", user: "anna" };
        for (line, password) in [
            ("db:5432:airlock:anna:secret", Some("secret")),
            ("*:*:*:anna:a\\:b\\\\c", Some("a:b\\c")),
            ("db:5433:airlock:anna:secret", None),
            ("db:5432:airlock:bo:secret", None),
            ("#db:5432:airlock:anna:secret", None),
            ("db:5432:airlock:anna", None),
            ("", None),
        ] {
            assert_eq!(of_line(line, &wanted).as_deref(), password, "{line}");
        }
    }
}
