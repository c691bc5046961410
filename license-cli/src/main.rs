//! `airlock`: makes, carries and checks licenses and usage reports for instances that are never online.
#![forbid(unsafe_code)]
#![allow(dead_code)]

mod exit;

fn main() {}
