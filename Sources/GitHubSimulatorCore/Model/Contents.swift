package import GitHubCore

extension SimulatedGitHub {
    /// What is in a repository: the heads of its branches, and one tree of files for all of them.
    struct Contents: Sendable {
        var branches: [String: String]
        var files: [String: [UInt8]]
    }

    /// One input of a workflow that is started by hand.
    package struct WorkflowInput: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// Whether it must be given where there is no default.
        package let isRequired: Bool
        /// What it is where it is not given.
        package let fallback: String?

        /// An input.
        package init(_ name: String, isRequired: Bool = false, fallback: String? = nil) {
            self.name = name
            self.isRequired = isRequired
            self.fallback = fallback
        }
    }

    /// Writes a file into a repository, on all its branches.
    package mutating func write(_ text: String, to path: String, in name: RepositoryName, at now: Timestamp)
        throws(Misuse)
    {
        guard let id = repository(name)?.id else { throw .unknown("\(name)") }
        contents[id]?.files[path] = Array(text.utf8)
        repositories[id]?.pushedAt = now
    }

    /// Removes a file from a repository.
    package mutating func removeFile(_ path: String, in name: RepositoryName, at now: Timestamp) throws(Misuse) {
        guard let id = repository(name)?.id else { throw .unknown("\(name)") }
        guard contents[id]?.files.removeValue(forKey: path) != nil else { throw .unknown(path) }
        repositories[id]?.pushedAt = now
    }

    /// The file of a workflow, as far as its triggers go.
    func text(of workflow: Workflow) -> String {
        var lines = ["name: \(workflow.name)", "on:", "  push:"]
        if let inputs = workflow.inputs {
            lines.append("  workflow_dispatch:")
            if !inputs.isEmpty { lines.append("    inputs:") }
            for input in inputs {
                lines += ["      \(input.name):", "        required: \(input.isRequired)"]
                if let fallback = input.fallback { lines.append("        default: \"\(fallback)\"") }
            }
        }
        lines += ["jobs:", "  build:", "    runs-on: ubuntu-latest", "    steps:", "      - run: echo hello"]
        return lines.map { "\($0)\n" }.joined()
    }

    /// The name of an object that follows from what is in it, as with Git: hexadecimal digits that others do not get.
    static func objectID(_ parts: String...) -> String {
        objectID(of: Array(parts.joined(separator: "\n").utf8))
    }

    /// The name of a file's content.
    static func objectID(of content: [UInt8]) -> String {
        let hash = WebhookSignature(of: content, with: .init("object"))
        return String(hash.headerValue.dropFirst("sha256=".count).prefix(40))
    }
}
