import CacheCore
import GitHubCore
import Yams

/// Reads the jobs of a file and notes what is wrong with each, so that an operator sees all of it at once.
struct PrewarmFileReader {
    private let path: String
    private(set) var problems: [SettingsError.Problem] = []

    init(path: String) {
        self.path = path
    }

    private enum Key: String, CaseIterable {
        case repositories, owners, resources, schedule, on, priority, jitter
    }

    /// The jobs under `jobs`.
    mutating func jobs(in root: Yams.Node?) -> [PrewarmJob] {
        guard case .mapping(let top)? = root else {
            self.refuse(nil, at: root, wants: "a mapping with the key jobs")
            return []
        }
        for (key, _) in top where key.string != "jobs" {
            self.refuse(nil, at: key, got: key, wants: "the key jobs and no other")
        }
        guard let node = top.value(of: "jobs"), case .mapping(let jobs) = node else {
            self.refuse(
                nil,
                at: top.value(of: "jobs") ?? root,
                wants: "jobs: a mapping from each job's name to what it is"
            )
            return []
        }
        guard jobs.count <= PrewarmJob.Limits.jobs else {
            self.refuse(nil, at: node, wants: "at most \(PrewarmJob.Limits.jobs) jobs; there are \(jobs.count)")
            return []
        }
        return jobs.compactMap { self.job($0.key, $0.value) }
    }

    private mutating func job(_ key: Yams.Node, _ value: Yams.Node) -> PrewarmJob? {
        let before = self.problems.count
        let limit = PrewarmJob.Limits.name
        guard case .scalar(let scalar) = key, (1...limit).contains(scalar.string.count),
            scalar.string.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else {
            self.refuse(nil, at: key, got: key, wants: "a job's name of 1 to \(limit) characters")
            return nil
        }
        let name = scalar.string
        guard case .mapping(let members) = value else {
            self.refuse(name, at: value, wants: "a mapping with \(Self.keys)")
            return nil
        }
        for (key, _) in members where key.string.flatMap(Key.init(rawValue:)) == nil {
            self.refuse(name, at: key, got: key, wants: "one of \(Self.keys)")
        }
        let patterns = self.patterns(of: name, members, at: value)
        let resources =
            self.list(.resources, of: name, members, wants: "one of \(Self.words(PrewarmJob.Resource.self))") {
                PrewarmJob.Resource(rawValue: $0)
            } ?? [.runs, .jobs, .workflows]
        let trigger = self.trigger(of: name, members, at: value)
        let priority = self.value(
            .priority,
            of: name,
            members,
            wants: "one of \(Self.words(PrewarmJob.Priority.self))",
            PrewarmJob.Priority.init(rawValue:)
        )
        let most = PrewarmJob.Limits.jitter
        let jitter = self.value(.jitter, of: name, members, wants: "whole seconds from 0 to \(most)") { text in
            Int(text).flatMap { (0...most).contains($0) ? $0 : nil }
        }
        if jitter != nil, case .events = trigger {
            self.refuse(name, at: members.value(of: "jitter"), key: .jitter, wants: "to be there with a schedule only")
        }
        guard self.problems.count == before, let trigger else { return nil }
        return PrewarmJob(
            name: name,
            patterns: patterns,
            resources: resources,
            trigger: trigger,
            priority: priority ?? .normal,
            jitter: jitter ?? 0
        )
    }

    private mutating func patterns(
        of name: String,
        _ members: Yams.Node.Mapping,
        at place: Yams.Node
    ) -> [RepositoryPattern] {
        let repositories = self.list(
            .repositories,
            of: name,
            members,
            wants: "OWNER/REPO, in which * and ? stand for any characters",
            RepositoryPattern.init(_:)
        )
        let owners = self.list(.owners, of: name, members, wants: "OWNER, in which * and ? stand for any characters") {
            text in
            text.contains("/") ? nil : RepositoryPattern(owner: text)
        }
        let found = (repositories ?? []) + (owners ?? [])
        let limit = PrewarmJob.Limits.patterns
        if members.value(of: "repositories") == nil, members.value(of: "owners") == nil {
            self.refuse(name, at: place, wants: "repositories or owners")
        } else if found.count > limit {
            self.refuse(name, at: place, wants: "at most \(limit) repositories and owners; there are \(found.count)")
        }
        return found
    }

    private mutating func trigger(
        of name: String,
        _ members: Yams.Node.Mapping,
        at place: Yams.Node
    ) -> PrewarmJob.Trigger? {
        if (members.value(of: "schedule") == nil) == (members.value(of: "on") == nil) {
            self.refuse(name, at: place, wants: "either schedule, such as \"0 3 * * *\", or on, such as [workflow_run]")
            return nil
        }
        if members.value(of: "on") != nil {
            let wants = "one of \(PrewarmJob.events.map(\.rawValue).joined(separator: ", "))"
            let events = self.list(.on, of: name, members, wants: wants) { text in
                EventName(rawValue: text).flatMap { PrewarmJob.events.contains($0) ? $0 : nil }
            }
            return events.map { .events(Set($0)) }
        }
        guard let text = self.text(.schedule, of: name, members, wants: "a text in cron's syntax") else { return nil }
        do throws(CronRefusal) {
            return .schedule(try CronSchedule(text))
        } catch {
            self.refuse(
                name,
                at: members.value(of: "schedule"),
                key: .schedule,
                got: members.value(of: "schedule"),
                wants: error.description
            )
            return nil
        }
    }
}

extension PrewarmFileReader {
    private static var keys: String { self.words(Key.self) }

    private static func words<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) -> String {
        Word.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// The text of a key; nil where there is none, and where it is no text, which is noted.
    private mutating func text(
        _ key: Key,
        of job: String,
        _ members: Yams.Node.Mapping,
        wants: String
    ) -> String? {
        guard let node = members.value(of: key.rawValue) else { return nil }
        guard case .scalar(let scalar) = node else {
            self.refuse(job, at: node, key: key, wants: wants)
            return nil
        }
        return scalar.string
    }

    private mutating func value<Value>(
        _ key: Key,
        of job: String,
        _ members: Yams.Node.Mapping,
        wants: String,
        _ parse: (String) -> Value?
    ) -> Value? {
        guard let text = self.text(key, of: job, members, wants: wants) else { return nil }
        guard let value = parse(text) else {
            self.refuse(
                job,
                at: members.value(of: key.rawValue),
                key: key,
                got: members.value(of: key.rawValue),
                wants: wants
            )
            return nil
        }
        return value
    }

    /// One text or a list of them; nil where the key is not there.
    private mutating func list<Value>(
        _ key: Key,
        of job: String,
        _ members: Yams.Node.Mapping,
        wants: String,
        _ parse: (String) -> Value?
    ) -> [Value]? {
        guard let node = members.value(of: key.rawValue) else { return nil }
        let elements: [Yams.Node]
        switch node {
        case .sequence(let sequence): elements = Array(sequence)
        case .scalar: elements = [node]
        case .mapping, .alias: elements = []
        }
        // As many patterns as there may be is more than there is of anything else.
        guard (1...PrewarmJob.Limits.patterns).contains(elements.count) else {
            self.refuse(job, at: node, key: key, wants: "a list of 1 to \(PrewarmJob.Limits.patterns), each \(wants)")
            return []
        }
        return elements.compactMap { element in
            if case .scalar(let scalar) = element, let value = parse(scalar.string) { return value }
            self.refuse(job, at: element, key: key, got: element, wants: wants)
            return nil
        }
    }

    private mutating func refuse(
        _ job: String?,
        at node: Yams.Node?,
        key: Key? = nil,
        got: Yams.Node? = nil,
        wants: String
    ) {
        var place = self.path
        if let line = node?.mark?.line { place += ":\(line)" }
        if let job { place += ": job \(job)" }
        if let key { place += ": \(key.rawValue)" }
        var text: String?
        if case .scalar(let scalar)? = got { text = String(scalar.string.prefix(200)) }
        self.problems.append(.init(key: place, got: text, wants: wants))
    }

    /// What YAML itself says against a text.
    static func problem(_ error: any Error, in path: String) -> SettingsError.Problem {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _)?, .parser(_, let problem, let mark, _)?,
            .composer(_, let problem, let mark, _)?:
            .init(key: "\(path):\(mark.line)", got: nil, wants: "YAML or JSON (\(problem))")
        case .duplicatedKeysInMapping(let keys, let context)?:
            .init(
                key: "\(path):\(context.mark.line)",
                got: keys.sorted().joined(separator: ", "),
                wants: "each key once"
            )
        default:
            .init(key: path, got: nil, wants: "YAML or JSON")
        }
    }
}

extension Yams.Node.Mapping {
    /// What belongs to a key, however it is written: to YAML a plain `on` is a truth value, and a quoted one a text.
    fileprivate func value(of key: String) -> Yams.Node? { first { $0.key.string == key }?.value }
}
