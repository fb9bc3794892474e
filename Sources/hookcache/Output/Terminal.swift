import Foundation

/// Standard output or standard error.
struct Terminal {
    static let output = Terminal(handle: .standardOutput)
    static let error = Terminal(handle: .standardError)

    private let handle: FileHandle

    /// Whether a person is looking.
    var isInteractive: Bool { isatty(self.handle.fileDescriptor) == 1 }

    /// Colours only on a terminal and never with `NO_COLOR`.
    var style: Style {
        let environment = ProcessInfo.processInfo.environment
        let wanted = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        return Style(coloured: self.isInteractive && wanted, width: self.isInteractive ? self.width : nil)
    }

    private var width: Int? {
        var size = winsize()
        guard ioctl(self.handle.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes; a reader that went away is no error of ours.
    func write(_ text: String) {
        try? self.handle.write(contentsOf: Data(text.utf8))
    }

    /// Writes bytes as they are.
    func write(_ bytes: [UInt8]) {
        try? self.handle.write(contentsOf: Data(bytes))
    }

    /// Clears the screen of a terminal.
    func clear() {
        if self.isInteractive { self.write("\u{1b}[H\u{1b}[2J") }
    }
}
