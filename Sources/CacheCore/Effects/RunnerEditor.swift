import GitHubCore

/// Sets whether runners work in GitHub's list of them, or in one runner's own object, and leaves every other byte alone.
///
/// A runner has one job at a time, so what a job tells of it is what GitHub says. Who is registered and who is online no
/// event tells.
struct RunnerEditor {
    private let text: JSONSlices
    private let runners: [JSONObject]
    private let isList: Bool
    /// When GitHub was asked for it.
    private let listedAt: Timestamp

    /// An editor of a stored answer, or nil where it is none of these.
    init?(_ resource: Resource, body: [UInt8], listedAt: Timestamp) {
        guard let text = try? JSONSlices(body), let object = try? JSONObject(text) else { return nil }
        switch resource.endpoint {
        case .repositoryRunners, .organizationRunners:
            guard object.has("runners") else { return nil }
            (runners, isList) = (object.objects("runners"), true)
        case .repositoryRunner, .organizationRunner:
            (runners, isList) = ([object], false)
        default:
            return nil
        }
        self.text = text
        self.listedAt = listedAt
    }

    /// Lays what a job tells of its runner over the answer.
    func edit(_ word: RunnerBook.Word) -> ListEdit {
        guard let runner = runners.first(where: { means($0, word) }) else {
            // One that was made for this job; after it, it is gone.
            return isList && word.isSelfHosted && word.isBusy ? .invalid : .unchanged
        }
        // It is gone after its job.
        if !word.isBusy, runner.bool("ephemeral") == true { return .invalid }
        guard let value = runner.valueRange("busy"), let isBusy = runner.bool("busy") else { return .invalid }
        guard isBusy != word.isBusy else { return .unchanged }
        // GitHub was asked later, and its clock is not this node's.
        if word.at < listedAt.wholeSecond {
            let isCertain = word.at.advanced(bySeconds: ListEditor.Limits.clockLead) < listedAt
            return isCertain ? .unchanged : .invalid
        }
        return .replaced(setting([(value, word.isBusy)]))
    }

    /// The answer with everything that was told since it was asked for; nil where that is nothing.
    func laying(_ book: RunnerBook) -> [UInt8]? {
        let changes = runners.compactMap { runner -> (Range<Int>, Bool)? in
            guard let id = runner.integer("id"), let word = book.word(of: id, since: listedAt.wholeSecond),
                means(runner, word), let value = runner.valueRange("busy"), runner.bool("busy") == !word.isBusy
            else { return nil }
            return (value, word.isBusy)
        }
        return changes.isEmpty ? nil : setting(changes)
    }

    /// GitHub's own runners have numbers of their own, which may be those of others.
    private func means(_ runner: JSONObject, _ word: RunnerBook.Word) -> Bool {
        runner.integer("id") == word.runner && (word.name == nil || runner.string("name") == word.name)
    }

    private func setting(_ changes: [(range: Range<Int>, isBusy: Bool)]) -> [UInt8] {
        var edited = text.bytes
        // From the end, so that offsets hold.
        for change in changes.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            edited.replaceSubrange(change.range, with: Array((change.isBusy ? "true" : "false").utf8))
        }
        return edited
    }
}

extension Timestamp {
    /// Its second, as GitHub stamps what happens.
    fileprivate var wholeSecond: Timestamp { Timestamp(seconds: milliseconds / 1_000) }
}
