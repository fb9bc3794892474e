import ArgumentParser

/// Following something live.
struct WatchOptions: ParsableArguments {
    @Flag(help: "Follow it: print again each time it changes, until interrupted.")
    var watch = false

    /// Runs once, or prints each new text until the process is interrupted.
    func run(to terminal: Terminal = .output, text: () async throws -> String) async throws {
        var last: String?
        repeat {
            let now = try await text()
            if now != last {
                if self.watch { terminal.clear() }
                terminal.write(now)
                last = now
            }
            if self.watch { try await Task.sleep(for: .seconds(1)) }
        } while self.watch
    }
}
