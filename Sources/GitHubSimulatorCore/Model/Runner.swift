extension SimulatedGitHub {
    /// A self-hosted runner of a repository or an organisation.
    package struct Runner: Hashable, Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// Its name.
        package let name: String
        /// Where it is registered.
        package let home: Home
        /// Its labels besides `self-hosted`, its system and its processor.
        package let labels: [String]
        /// Whether it is connected.
        package var isOnline: Bool
        /// Whether it works on a job.
        package var isBusy: Bool

        /// All its labels.
        package var allLabels: [String] { ["self-hosted", "Linux", "X64"] + labels }
    }

    /// What runners and hooks belong to.
    package enum Home: Hashable, Sendable {
        /// A repository, by its number.
        case repository(Int64)
        /// An organisation, by its number.
        case organization(Int64)
        /// A GitHub App, by its number: a webhook's alone.
        case app(Int64)
    }
}
