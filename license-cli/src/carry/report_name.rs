//! The name that the file of a usage report or a request gets where none is given.

use license_core::Day;
use license_core::document::{Request, Usage};
use license_core::value::InstanceId;

use super::plain_name::plain_name;

/// Digits of the instance's id in the name: enough to tell the instances of a company apart.
const INSTANCE: usize = 8;

/// Company, instance, period and number. Letters and digits of ASCII, so that any disk and any mail
/// program keeps it.
pub(crate) fn report_name(
    company: Option<&str>,
    instance: InstanceId,
    report: &Usage,
    text: bool,
) -> String {
    let instance: String = instance.to_string().chars().take(INSTANCE).collect();
    let (first, last) = report.period();
    let company = company.and_then(plain_name);
    let company = company.map(|company| company + "_").unwrap_or_default();
    let ending = if text { ".txt" } else { "" };
    format!("{company}{instance}_{first}_{last}_report-{}.usage{ending}", report.number)
}

/// Company, instance and day of a request.
pub(crate) fn request_name(request: &Request, text: bool) -> String {
    let instance: String = request.instance.to_string().chars().take(INSTANCE).collect();
    let company = plain_name(request.company.as_str());
    let company = company.map(|company| company + "_").unwrap_or_default();
    let day = Day::of_unix(request.issued).map(|day| format!("_{day}")).unwrap_or_default();
    let ending = if text { ".txt" } else { "" };
    format!("{company}{instance}{day}.request{ending}")
}
