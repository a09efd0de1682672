//! The query language, told to clients.

use crate::app::{OPERATORS, Operator, OperatorValue, SYNTAX, Syntax};
use crate::grpc::pb;

/// All of it.
pub(super) fn told() -> pb::ListOperatorsResponse {
    pb::ListOperatorsResponse { operators: OPERATORS.iter().map(operator).collect(), syntax: SYNTAX.iter().map(syntax).collect() }
}

fn operator(operator: &Operator) -> pb::QueryOperator {
    pb::QueryOperator {
        name: operator.name.to_owned(),
        aliases: owned(operator.aliases),
        description: operator.meaning.to_owned(),
        takes: operator.takes.to_owned(),
        values: operator.values.iter().map(value).collect(),
        listable: operator.lists,
        // Whatever says something of a document says also what it is not.
        negatable: true,
        examples: owned(operator.examples),
    }
}

fn value(value: &OperatorValue) -> pb::QueryOperatorValue {
    pb::QueryOperatorValue { value: value.value.to_owned(), aliases: owned(value.aliases), description: value.meaning.to_owned() }
}

fn syntax(syntax: &Syntax) -> pb::QuerySyntax {
    pb::QuerySyntax {
        name: syntax.name.to_owned(),
        form: syntax.form.to_owned(),
        description: syntax.meaning.to_owned(),
        negatable: syntax.negatable,
        examples: owned(syntax.examples),
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
