import GitHubCore

/// The logs of runs, as GitHub packs them.
extension SimulatedGitHub {
    /// The archive of one attempt: each job's whole log at the top, and its steps in a folder of its name.
    func logArchive(of run: Run, attempt: Int) -> [UInt8] {
        var archive = ZipArchive()
        let current = latestJobs(of: run, upTo: attempt)
        for (index, job) in current.enumerated() {
            archive.add("\(index)_\(Self.fileName(job.plan.name)).txt", logText(of: job))
        }
        for job in current {
            for step in job.steps where step.conclusion != .skipped {
                let name = "\(Self.fileName(job.plan.name))/\(step.number)_\(Self.fileName(step.name)).txt"
                archive.add(name, Array(logText(of: step).utf8))
            }
        }
        return archive.bytes
    }

    /// The log of a job: that of its steps, one after the other.
    func logText(of job: Job) -> [UInt8] {
        Array(job.steps.filter { $0.conclusion != .skipped }.map { logText(of: $0) }.joined().utf8)
    }

    private func logText(of step: Step) -> String {
        var lines = ["##[group]\(step.name)", "echo '\(step.name)'", "##[endgroup]", "\(step.name): ünïcödé \u{2713}"]
        if step.conclusion == .failure { lines.append("##[error]Process completed with exit code 1.") }
        let start = step.startedAt?.rfc3339.dropLast() ?? ""
        return lines.enumerated().map { "\(start).000000\($0)Z \($1)\n" }.joined()
    }

    /// A name without what file systems refuse.
    private static func fileName(_ name: String) -> String {
        name.filter { !"<>:\"/\\|?*".contains($0) }
    }
}
