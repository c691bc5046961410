//! `airlock desk`: what the vendor's staff do.

mod agree;
mod batch;
mod change;
mod due;
mod edit;
mod extend;
mod find;
mod follow;
mod handover;
mod history;
mod init;
mod issue;
mod note;
mod options;
mod prove;
mod receipt;
mod receive;
mod registry;
mod renew;
mod resend;
mod revoke;
mod rules;
mod sent;
mod show;
mod statement;
mod trial;

use clap::Subcommand;

use crate::problem::Failure;
use crate::view::answer::Answer;

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Make the desk's folder and its registry
    Init(init::Init),
    /// Enter a customer
    Enter(Box<edit::Enter>),
    /// Find customers, subscriptions and licenses: any word, in any field
    Find(find::Find),
    /// Show a customer, a subscription or a document
    Show(show::Show),
    /// List what happened to a customer, a subscription or a document, oldest first
    History(history::History),
    /// List what waits: licenses that end, requests, late reports, reminders
    Due(due::Due),
    /// Write a note, with a day to be reminded of it
    Note(note::Note),
    /// Change what is known of a customer or a subscription
    Edit(Box<edit::Edit>),
    /// Send a license or a usage report again: the same file, byte for byte
    Resend(resend::Resend),
    /// Note that a license was sent, to whom and when
    Sent(sent::Sent),
    /// Make a page for a colleague: what is open, promised, unusual
    Handover(handover::Handover),
    /// Verify, seal, export and import the registry
    #[command(subcommand)]
    Registry(registry::RegistryCommand),
    /// File requests and reports, and say what each means
    Receive(receive::Receive),
    /// Give the receipt for a report; of a customer, for each that has none
    Receipt(Box<receipt::Give>),
    /// Say what is owed in money, line by line
    Statement(Box<statement::Statement>),
    /// Note what was agreed about what is owed: waived seats, a refund, a pause, a hold, a price
    Agree(agree::Agree),
    /// Make a license that follows no other
    Issue(Box<issue::IssueAs>),
    /// Make the licenses of a table of orders: all are looked at first, then all are made
    Batch(Box<batch::Batch>),
    /// Make a license with other terms than the one in force
    Change(Box<options::Following>),
    /// Make the license for the next term
    Renew(Box<renew::Renew>),
    /// Make the license of a new subscription in the place of others: join, divide, bill another
    Follow(Box<follow::Follow>),
    /// Make a temporary license that lets a paid one go on until the renewal is settled
    Extend(Box<extend::Extend>),
    /// Say what somebody shows to prove that a license is theirs
    Prove(prove::Prove),
    /// Show what each job needs and how far it goes, or check a file of rules
    Rules(rules::Rules),
    /// Give, show, extend and convert trials
    #[command(subcommand)]
    Trial(TrialCommand),
    /// Take a license back: it is not renewed and not sent again
    Revoke(revoke::Revoke),
}

/// What is done with a trial.
#[derive(Debug, Subcommand)]
pub(crate) enum TrialCommand {
    /// Give a customer a trial of 30 days
    Give(Box<issue::Issue>),
    /// Show a customer's trials, and how often they were extended
    Show(trial::Show),
    /// Let a trial go on until a later day
    Extend(Box<trial::Extend>),
    /// Make the paid license after a trial
    Convert(Box<options::Following>),
}

/// Runs the command; `json` says that the answer is for a program.
pub(crate) fn run(command: &DeskCommand, json: bool) -> Result<Answer, Failure> {
    match command {
        DeskCommand::Init(options) => init::init(options),
        DeskCommand::Enter(options) => edit::enter(options),
        DeskCommand::Find(options) => find::find(options, json),
        DeskCommand::Show(options) => show::show(options),
        DeskCommand::History(options) => history::history(options),
        DeskCommand::Due(options) => due::due(options),
        DeskCommand::Note(options) => note::note(options),
        DeskCommand::Edit(options) => edit::edit(options),
        DeskCommand::Resend(options) => resend::resend(options),
        DeskCommand::Sent(options) => sent::sent(options),
        DeskCommand::Handover(options) => handover::handover(options),
        DeskCommand::Registry(command) => registry::run(command),
        DeskCommand::Receipt(options) => receipt::give(options),
        DeskCommand::Receive(options) => receive::receive(options, json),
        DeskCommand::Statement(options) => statement::statement(options),
        DeskCommand::Agree(options) => agree::agree(options),
        DeskCommand::Issue(options) => issue::issue_as(options),
        DeskCommand::Batch(options) => batch::batch(options, json),
        DeskCommand::Change(options) => change::change(options),
        DeskCommand::Renew(options) => renew::renew(options),
        DeskCommand::Follow(options) => follow::follow(options),
        DeskCommand::Extend(options) => extend::extend(options),
        DeskCommand::Prove(options) => prove::prove(options),
        DeskCommand::Rules(options) => rules::rules(options),
        DeskCommand::Trial(command) => run_trial(command),
        DeskCommand::Revoke(options) => revoke::revoke(options),
    }
}

fn run_trial(command: &TrialCommand) -> Result<Answer, Failure> {
    match command {
        TrialCommand::Give(options) => issue::trial(options),
        TrialCommand::Show(options) => trial::show(options),
        TrialCommand::Extend(options) => trial::extend(options),
        TrialCommand::Convert(options) => trial::convert(options),
    }
}
