//! `airlock desk enter` and `airlock desk edit`

use std::path::PathBuf;

use clap::Args;
use license_core::limits;
use license_core::value::Email;
use license_core::verify::verify_license;

use super::options::AtDesk;
use crate::carry::incoming;
use crate::cli::asking::{self, customer_type};
use crate::cli::options::{email, identifier, name};
use crate::cli::why::WhyOptions;
use crate::desk::address::is_one_address;
use crate::desk::entry::{self, Fields, Person, Same, Setting};
use crate::desk::opened::OpenDesk;
use crate::desk::scope::Scope;
use crate::desk::take::Taken;
use crate::desk::types::CustomerType;
use crate::problem::{Failure, Problem};
use crate::view::answer::Answer;
use crate::view::desk::entry as view;

/// What `edit` can change.
const CHANGEABLE: &str = "of the customer: `--name`, `--type`, `--domain`, `--contact` (with \
                          `--company`), `--crm-id`, `--billing-id`, `--license`; of a \
                          subscription: `--subscription-name`, `--quarterly`";

/// The type of a new customer, where nobody says another.
const USUAL_TYPE: CustomerType = CustomerType::Offline;

#[derive(Debug, Args)]
pub(crate) struct Enter {
    /// The customer's name [default: the company that its license names]
    #[arg(required_unless_present = "license")]
    name: Option<String>,
    #[command(flatten)]
    fields: FieldOptions,
    /// Another customer of this name or id is there, and this is not the same
    #[arg(long)]
    another: bool,
    #[command(flatten)]
    desk: AtDesk,
}

#[derive(Debug, Args)]
pub(crate) struct Edit {
    /// A customer's name or id, or a subscription
    id: String,
    /// The customer's new name
    #[arg(long, help_heading = "Customer")]
    name: Option<String>,
    #[command(flatten)]
    fields: FieldOptions,
    /// What the subscription is called; an empty text takes the name away
    #[arg(long, value_name = "NAME", help_heading = "Subscription")]
    subscription_name: Option<String>,
    /// Whether it is reconciled each quarter; `type` is as the customer's type says
    #[arg(
        long,
        value_name = "yes|no|type",
        value_parser = quarterly,
        help_heading = "Subscription"
    )]
    quarterly: Option<Setting<bool>>,
    /// Another customer of the new name or id is there, and this is not the same
    #[arg(long, help_heading = "Customer")]
    another: bool,
    #[command(flatten)]
    why: WhyOptions,
    #[command(flatten)]
    desk: AtDesk,
}

/// What is known of a customer.
#[derive(Debug, Args)]
#[command(next_help_heading = "Customer")]
struct FieldOptions {
    /// A mail domain of its own; may be given several times, and takes the place of those before
    #[arg(long, value_name = "DOMAIN", value_parser = domain)]
    domain: Vec<String>,
    /// Its type, which says what it may have [default of a new one: offline]
    #[arg(long = "type", value_name = "TYPE", value_parser = customer_type)]
    customer_type: Option<CustomerType>,
    /// Its id in the CRM; an empty text takes it away
    #[arg(long, value_name = "ID")]
    crm_id: Option<String>,
    /// Its id in the billing system; an empty text takes it away
    #[arg(long, value_name = "ID")]
    billing_id: Option<String>,
    /// A person to write to; may be given several times
    #[arg(long, value_name = "NAME <MAIL>")]
    contact: Vec<String>,
    /// The company as the licenses of these contacts name it [default: the customer's name]
    #[arg(long, requires = "contact")]
    company: Option<String>,
    /// A license that it has already, made elsewhere; may be given several times
    #[arg(long, value_name = "FILE")]
    license: Vec<PathBuf>,
}

impl FieldOptions {
    fn fields(&self) -> Result<Fields, Failure> {
        let company = self.company.as_ref().map(|text| name("--company", text));
        Ok(Fields {
            domains: (!self.domain.is_empty()).then(|| self.domain.clone()),
            customer_type: self.customer_type.map(|it| it.name().to_owned()),
            crm_id: setting("--crm-id", self.crm_id.as_deref())?,
            billing_id: setting("--billing-id", self.billing_id.as_deref())?,
            contacts: self.contact.iter().map(|text| person(text)).collect::<Result<_, _>>()?,
            company: company.transpose()?.map(|company| company.to_string()),
            ..Fields::default()
        })
    }

    /// The licenses of the files that were named, verified under the desk's roots.
    fn taken(&self, desk: &OpenDesk) -> Result<Vec<Taken>, Failure> {
        let mut taken = Vec::new();
        for path in &self.license {
            for file in incoming::read_all(path)? {
                let license = verify_license(&file, &desk.desk.anchors);
                taken.push(Taken { license: license.map_err(incoming::named(path))?, file });
            }
        }
        Ok(taken)
    }
}

/// Enters a customer.
pub(crate) fn enter(options: &Enter) -> Result<Answer, Failure> {
    let mut fields = options.fields.fields()?;
    fields.customer_type.get_or_insert_with(|| USUAL_TYPE.name().to_owned());
    let typed = options.name.as_ref().map(|text| name("NAME", text)).transpose()?;
    let mut desk = options.desk.open()?;
    let taken = options.fields.taken(&desk)?;
    let last = taken.last().map(|it| &it.license);
    let name = typed.or_else(|| last.map(|license| license.company.clone()));
    let name = name.map(|name| name.to_string()).unwrap_or_default();
    if let Some(license) = last.filter(|_| fields.contacts.is_empty()) {
        let (name, mail) = (license.name.to_string(), license.email.to_string());
        fields.contacts.push(Person { name, mail });
        fields.company = Some(license.company.to_string());
    }
    let same = if options.another { Same::Another } else { Same::Refused };
    let entry = entry::enter(&mut desk, &name, &fields, &taken, same)?;
    Ok(view::entered(&entry))
}

/// Changes what is known of a customer.
pub(crate) fn edit(options: &Edit) -> Result<Answer, Failure> {
    let new_name = options.name.as_ref().map(|text| name("--name", text)).transpose()?;
    let fields = Fields {
        name: new_name.map(|name| name.to_string()),
        subscription_name: setting("--subscription-name", options.subscription_name.as_deref())?,
        quarterly: options.quarterly.clone(),
        ..options.fields.fields()?
    };
    if fields == Fields::default() && options.fields.license.is_empty() {
        let found = "found nothing to change, expected an option with a new value";
        return Err(Failure::new(Problem::Options, found).hint(CHANGEABLE));
    }
    let mut desk = options.desk.open()?;
    let subject = asking::subject(&mut desk, &options.id)?;
    let scope = Scope::of(&subject, &options.id);
    let taken = options.fields.taken(&desk)?;
    let same = if options.another { Same::Another } else { Same::Refused };
    let taken = (taken.as_slice(), &options.why.why());
    let entry = entry::edit(&mut desk, &subject, &scope, (&fields, same), taken)?;
    Ok(view::edited(&entry))
}

/// A value, or that it goes: an empty text.
fn setting(option: &str, text: Option<&str>) -> Result<Option<Setting<String>>, Failure> {
    let Some(text) = text else { return Ok(None) };
    if text.trim().is_empty() {
        return Ok(Some(Setting::Nothing));
    }
    identifier(option, text).map(|id| Some(Setting::To(id.to_string())))
}

fn quarterly(text: &str) -> Result<Setting<bool>, String> {
    match text {
        "yes" => Ok(Setting::To(true)),
        "no" => Ok(Setting::To(false)),
        "type" => Ok(Setting::Nothing),
        _ => Err("expected yes, no or type".to_owned()),
    }
}

/// A mail domain: labels with dots between them, in lower case.
fn domain(text: &str) -> Result<String, String> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|letter| letter.is_alphanumeric() || letter == '-')
    };
    let labels = domain.split('.').count();
    if labels > 1 && domain.len() <= limits::EMAIL_BYTES && domain.split('.').all(is_label) {
        Ok(domain)
    } else {
        Err("expected a domain like nordhavn.example".to_owned())
    }
}

/// A person: `Ida Thorsen <ida@nordhavn.example>`.
fn person(text: &str) -> Result<Person, Failure> {
    let parts = text.trim().strip_suffix('>').and_then(|text| text.split_once('<'));
    let unclear = || {
        let found =
            format!("--contact: found {text:?}, expected NAME <MAIL> with one mail address");
        Failure::new(Problem::Options, found)
            .hint("for example --contact 'Ida Thorsen <ida@nordhavn.example>'")
    };
    let (person, mail) = parts.ok_or_else(unclear)?;
    let mail: Email = email(mail)?;
    if !is_one_address(mail.as_str()) {
        return Err(unclear());
    }
    Ok(Person { name: name("--contact", person)?.to_string(), mail: mail.to_string() })
}
