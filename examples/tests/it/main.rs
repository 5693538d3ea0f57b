//! Every program's answer against that of its plain twin.

mod rdd;
