//! What can be typed behind `rookery`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// The address at which a server listens unless told otherwise.
pub(super) const DEFAULT_ADDRESS: &str = "http://127.0.0.1:50051";

/// Finds who knows, what is written and where it is being talked about.
#[derive(Debug, Parser)]
#[command(name = "rookery", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Serve one data directory until SIGTERM or Ctrl-C
    Serve(ServerArguments),
    /// Load the sample organisation into a temporary directory and serve it
    Demo(DemoArguments),
    /// Bring in documents and people
    #[command(subcommand)]
    Import(Import),
    /// Ask a question
    #[command(subcommand)]
    Find(Find),
    /// Ask every topic of a judged set and write a TREC run file
    Eval(EvalArguments),
    /// Try other weights of the ranking of people on judged sets; for those who develop it
    Tune(TuneArguments),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Verify a data directory that no server uses: every checksum, and both read models against the ledger
    Check(ConfigArguments),
    /// Prove what the service promises, on worlds of its own
    #[command(subcommand)]
    Selftest(Selftest),
}

/// Where settings come from.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct ConfigArguments {
    /// Settings in TOML; see `rookery config print` for every key
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Where everything is kept (`storage.data_dir`)
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// What is logged, such as info or `rookery=debug` (`log.level`)
    #[arg(long, value_name = "DIRECTIVES")]
    pub(super) log_level: Option<String>,
    /// How it is logged: text or json (`log.format`)
    #[arg(long, value_name = "FORMAT")]
    pub(super) log_format: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    #[command(flatten)]
    pub(super) config: ConfigArguments,
    /// Address and port for gRPC (`server.listen`); port 0 takes a free one
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Address and port for gRPC; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:50051")]
    pub(super) listen: String,
    /// Load and stop, instead of serving
    #[arg(long)]
    pub(super) load_only: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Files in the simple native format: .jsonl, .jsonl.gz or .jsonl.zst, or a folder with them
    Jsonl(ImportArguments),
}

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    /// A file, or a folder with people, communities and documents
    pub(super) path: PathBuf,
    /// Who may read what names no audience of its own
    #[arg(long, value_enum, default_value_t = AudienceWord::Organization)]
    pub(super) audience: AudienceWord,
    /// Delete afterwards every document of this format that the files no longer have: name all of them in one folder
    #[arg(long)]
    pub(super) sync: bool,
    /// Most documents that may be deleted; where there are more, none is
    #[arg(long, value_name = "N", requires = "sync", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) max_deletions: Option<u32>,
    /// Delete although records failed, which counts those that were there before as gone
    #[arg(long, requires = "sync")]
    pub(super) sync_despite_failures: bool,
    #[command(flatten)]
    pub(super) target: Target,
}

/// A running server, or a data directory that none uses.
#[derive(Clone, Debug, Args)]
pub(super) struct Target {
    /// A running server
    #[arg(long, value_name = "URL", default_value = DEFAULT_ADDRESS, conflicts_with = "data_dir")]
    pub(super) addr: String,
    /// A data directory that no server uses
    #[arg(long, value_name = "DIR")]
    pub(super) data_dir: Option<PathBuf>,
    /// Who asks, such as people/ada; a server believes this only while it listens on loopback
    #[arg(long = "as", value_name = "PERSON")]
    pub(super) asker: Option<String>,
    /// The asker's directory groups, separated by commas
    #[arg(long, value_name = "GROUPS", requires = "asker")]
    pub(super) groups: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AudienceWord {
    /// Everybody, signed in or not
    World,
    /// Everybody signed in
    Organization,
}

#[derive(Debug, Subcommand)]
pub(super) enum Find {
    /// People who know
    Experts(FindArguments),
    /// What is written
    Documents(FindArguments),
    /// Where it is being talked about
    Discussions(FindArguments),
    /// People by name, misspelt too
    People(FindArguments),
    /// People who share somebody's interests
    Peers(PeersArguments),
}

#[derive(Debug, Args)]
pub(super) struct PeersArguments {
    /// Whose interests, such as people/ada; the asker's unless told
    #[arg(long, value_name = "PERSON")]
    pub(super) person: Option<String>,
    #[command(flatten)]
    pub(super) answer: AnswerArguments,
}

#[derive(Debug, Args)]
pub(super) struct FindArguments {
    /// What to look for
    pub(super) query: String,
    #[command(flatten)]
    pub(super) answer: AnswerArguments,
}

/// How an answer is printed, and who gives it.
#[derive(Debug, Args)]
pub(super) struct AnswerArguments {
    /// Print the answer as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// How many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 10)]
    pub(super) limit: u16,
    #[command(flatten)]
    pub(super) target: Target,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Judged {
    /// People, by topics.tsv
    Experts,
    /// Documents, by queries.tsv
    Documents,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum QueryColumn {
    /// The second column of the topics file
    Short,
    /// The second and third column
    Long,
}

#[derive(Debug, Args)]
pub(super) struct EvalArguments {
    /// What is judged
    #[arg(value_enum)]
    pub(super) judged: Judged,
    /// The folder of the judged set
    #[arg(long, value_name = "DIR")]
    pub(super) data: PathBuf,
    /// The topics, tab-separated; topics.tsv or queries.tsv of the folder unless told
    #[arg(long, value_name = "FILE")]
    pub(super) topics: Option<PathBuf>,
    /// What of a topic is asked
    #[arg(long, value_enum, default_value_t = QueryColumn::Short)]
    pub(super) query: QueryColumn,
    /// How many results of each topic are written
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(super) depth: usize,
    /// Where the run goes; standard output unless told
    #[arg(long, value_name = "FILE")]
    pub(super) run: Option<PathBuf>,
    /// Where it is told how likely it is that people know, tab-separated: topic, id, relevance, level, score, fit, documents involved
    #[arg(long, value_name = "FILE")]
    pub(super) ratings: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct TuneArguments {
    /// A folder of judged sets, or one set
    #[arg(long, value_name = "DIR")]
    pub(super) data: PathBuf,
    /// Only the set of this name; may be repeated
    #[arg(long, value_name = "SET")]
    pub(super) only: Vec<String>,
    /// How many weightings are tried beside the one in force
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) samples: u32,
    /// From what they are drawn
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Report every fault of the configuration, and bind nothing
    Check(ServerArguments),
    /// Print the effective values and where each comes from
    Print(ServerArguments),
}

#[derive(Debug, Subcommand)]
pub(super) enum Selftest {
    /// Ask the same of pairs of worlds that differ only in what is hidden, and compare the answers byte by byte
    Noninterference(NoninterferenceArguments),
    /// Take rights away while readers race, and look whether anything shows after the acknowledgement
    Revocation(RevocationArguments),
    /// Measure how far response times tell hidden from absent
    Timing(TimingArguments),
}

#[derive(Debug, Args)]
pub(super) struct NoninterferenceArguments {
    /// How many pairs of worlds
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(super) worlds: u64,
    /// From what they are made
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// The number of the first pair, to see one again
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) first_world: u64,
    /// Where they are kept
    #[arg(long, value_enum, default_value_t = StoresWord::Memory)]
    pub(super) stores: StoresWord,
    /// A leak that is planted and must be found, or all of them one after another
    #[arg(long, value_name = "LEAK")]
    pub(super) planted: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct RevocationArguments {
    /// How many times rights are taken away
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(super) rounds: u64,
    /// From what they are drawn
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(super) seed: u64,
    /// Where everything is kept
    #[arg(long, value_enum, default_value_t = StoresWord::Memory)]
    pub(super) stores: StoresWord,
    /// A mistake that is planted and must be found, or all of them one after another
    #[arg(long, value_name = "MISTAKE")]
    pub(super) planted: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct TimingArguments {
    /// How many documents there are, half of them hidden
    #[arg(long, value_name = "N", default_value_t = 4_000)]
    pub(super) documents: usize,
    /// How many times each question is asked about what is hidden, and as often about what is absent
    #[arg(long, value_name = "N", default_value_t = 4_000)]
    pub(super) calls: usize,
    /// Where everything is kept
    #[arg(long, value_enum, default_value_t = StoresWord::Memory)]
    pub(super) stores: StoresWord,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum StoresWord {
    /// In memory
    Memory,
    /// In the embedded stores, in a temporary directory
    Disk,
}
