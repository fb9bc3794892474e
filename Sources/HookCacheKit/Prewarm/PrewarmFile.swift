package import CacheCore
import Foundation
import GitHubCore
import Yams

/// A file of prewarm jobs, in YAML or JSON: a mapping `jobs` from each job's name to what it is.
package struct PrewarmFile: Sendable, Equatable {
    /// The jobs, in the order in which they stand there.
    package let jobs: [PrewarmJob]

    /// What one job fetches, in words.
    package struct Work: Sendable, Equatable {
        /// The repositories, by pattern.
        package let patterns: [String]
        /// The resources.
        package let resources: [String]

        /// A piece of work.
        package init(patterns: [String], resources: [String]) {
            self.patterns = patterns
            self.resources = resources
        }
    }

    /// What each job fetches.
    package var works: [Work] {
        self.jobs.map { Work(patterns: $0.patterns.map(\.description), resources: $0.resources.map(\.rawValue)) }
    }

    /// Reads a file.
    ///
    /// - Throws: ``SettingsError`` with every problem there is: the file, line and job, what it got and what it wants.
    package init(path: String) throws(SettingsError) {
        let limit = PrewarmJob.Limits.fileBytes
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: limit + 1) ?? Data(),
            let text = String(data: data, encoding: .utf8)
        else {
            throw SettingsError(problems: [.init(key: path, got: nil, wants: "a readable file in UTF-8")])
        }
        guard data.count <= limit else {
            throw SettingsError(problems: [.init(key: path, got: nil, wants: "at most \(limit) bytes")])
        }
        try self.init(text: text, path: path)
    }

    /// Reads the text of a file; the path is for messages.
    package init(text: String, path: String) throws(SettingsError) {
        var reader = PrewarmFileReader(path: path)
        let root: Yams.Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch {
            throw SettingsError(problems: [PrewarmFileReader.problem(error, in: path)])
        }
        let jobs = reader.jobs(in: root)
        guard reader.problems.isEmpty else { throw SettingsError(problems: reader.problems) }
        self.jobs = jobs
    }
}
