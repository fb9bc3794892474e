import ArgumentParser

/// Which of GitHub's delivery logs is meant.
struct LogOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The organisation, or the repository.", valueName: "owner[/repo]"))
    private var hook: Scope?

    @Flag(help: "The log of the webhook of the GitHub App that the node is.")
    private var app = false

    /// The log as the control API names it; nil where none was named.
    var scope: String? { self.app ? "*" : self.hook?.description }

    func validate() throws {
        guard !self.app || self.hook == nil else { throw ValidationError("--app stands in place of owner[/repo]") }
    }
}
