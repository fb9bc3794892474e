import ArgumentParser
import HookCacheKit

extension Peers {
    /// `hookcache peers keygen`.
    struct Keygen: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a swarm key, for a private network that only its holders enter.",
            discussion: """
                Give the same file, readable by its owner alone, to every node, and name it in CACHE_SWARM_KEY_FILE. The key \
                is printed unless --out names a file for it. It is libp2p's own form: other implementations read it too.
                """
        )

        @Option(help: ArgumentHelp("A file to write, of mode 0600; none is overwritten.", valueName: "file"))
        var out: String?

        @OptionGroup var output: OutputOptions

        static let columns = [Column("fingerprint"), Column("file"), Column("set", "setting")]

        func run() throws {
            do {
                let key = try NewSwarmKey()
                guard let out else { return self.show(key) }
                try key.write(to: out)
                let object = JSONValue.object([
                    "fingerprint": .string(key.fingerprint), "file": .string(out),
                    "setting": .string("CACHE_SWARM_KEY_FILE=\(out)"),
                ])
                self.output.print(object: object, columns: Self.columns)
            } catch {
                throw CommandError.failed(error.message)
            }
        }

        /// Prints the key: as the very text of a file, or as a field beside its fingerprint.
        private func show(_ key: NewSwarmKey) {
            guard self.output.json || !self.output.fields.isEmpty else { return Terminal.output.write(key.text) }
            let object = JSONValue.object(["fingerprint": .string(key.fingerprint), "key": .string(key.text)])
            self.output.print(object: object, columns: Self.columns)
        }
    }
}
