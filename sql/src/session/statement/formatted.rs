//! `EXPLAIN FORMATTED`: the operators as a tree of names and numbers, and each with its details
//! below, as Spark lays it out.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::physical_plan::{ExecutionPlan, displayable};

/// The plan as Spark prints it in this mode. Operators are counted from the leaves up.
pub(in crate::session) fn formatted(plan: &Arc<dyn ExecutionPlan>) -> String {
    let mut text = Formatted::default();
    let root = text.number(plan);
    let mut tree = String::new();
    draw(&root, "", "", &mut tree);
    format!("== Physical Plan ==\n{tree}\n\n{}", text.details)
}

#[derive(Default)]
struct Formatted {
    count: usize,
    details: String,
}

/// An operator with its number.
struct Numbered {
    name: String,
    number: usize,
    inputs: Vec<Numbered>,
}

impl Formatted {
    fn number(&mut self, plan: &Arc<dyn ExecutionPlan>) -> Numbered {
        flint_sql_spec::with_stack(|| {
            let children = plan.children();
            let inputs: Vec<Numbered> = children.iter().map(|input| self.number(input)).collect();
            self.count += 1;
            let (name, number) = (plan.name().trim_end_matches("Exec").to_owned(), self.count);
            self.describe(plan, &name, number);
            Numbered {
                name,
                number,
                inputs,
            }
        })
    }

    fn describe(&mut self, plan: &Arc<dyn ExecutionPlan>, name: &str, number: usize) {
        let columns = |plan: &Arc<dyn ExecutionPlan>| {
            let schema = plan.schema();
            let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
            format!("[{}]: [{}]", names.len(), names.join(", "))
        };
        let line = displayable(&**plan).one_line().to_string();
        let line = line.trim();
        let arguments = line.split_once(':').map_or("", |(_, rest)| rest.trim());
        let mut text = format!("({number}) {name}\n");
        for input in plan.children() {
            let _ = writeln!(text, "Input {}", columns(input));
        }
        let _ = writeln!(text, "Output {}", columns(plan));
        if !arguments.is_empty() {
            let _ = writeln!(text, "Arguments: {arguments}");
        }
        self.details.push_str(&text);
        self.details.push('\n');
    }
}

fn draw(node: &Numbered, first: &str, rest: &str, out: &mut String) {
    flint_sql_spec::with_stack(|| {
        let _ = writeln!(out, "{first}{} ({})", node.name, node.number);
        for (at, input) in node.inputs.iter().enumerate() {
            let last = at + 1 == node.inputs.len();
            let (mark, space) = if last { ("+- ", "   ") } else { (":- ", ":  ") };
            draw(
                input,
                &format!("{rest}{mark}"),
                &format!("{rest}{space}"),
                out,
            );
        }
    });
}
