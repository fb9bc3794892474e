/// One column of a table, or one line of an object: a title and how its text comes out of a row.
struct Column: Sendable {
    var title: String
    private var paths: [String]
    private var format: @Sendable (JSONValue) -> String
    private var ink: @Sendable (String) -> Style.Ink

    /// A column that shows the first of the paths that a row has.
    init(
        _ title: String,
        _ paths: String...,
        format: @escaping @Sendable (JSONValue) -> String = { $0.cell },
        ink: @escaping @Sendable (String) -> Style.Ink = { _ in .plain }
    ) {
        self.title = title
        self.paths = paths.isEmpty ? [title] : paths
        self.format = format
        self.ink = ink
    }

    /// A column made from the whole row.
    init(
        _ title: String,
        row: @escaping @Sendable (JSONValue) -> String,
        ink: @escaping @Sendable (String) -> Style.Ink = { _ in .plain }
    ) {
        self.title = title
        self.paths = []
        self.format = row
        self.ink = ink
    }

    /// Whether any row has something to show.
    func appears(in rows: [JSONValue]) -> Bool {
        self.paths.isEmpty || rows.contains { row in self.paths.contains { row[$0] != nil } }
    }

    /// The text of a row's cell, on one line.
    func text(of row: JSONValue) -> String {
        let text: String
        if self.paths.isEmpty {
            text = self.format(row)
        } else {
            let value = self.paths.lazy.compactMap { row[$0] }.first { $0 != .null }
            text = value.map(self.format) ?? "-"
        }
        return Self.plain(text)
    }

    /// What a remote party wrote must not move the cursor.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 })
        )
    }

    /// The colour of a row's cell.
    func ink(of row: JSONValue) -> Style.Ink { self.ink(self.text(of: row)) }
}

extension Column {
    /// A number of seconds.
    static func duration(_ title: String, _ path: String) -> Column {
        Column(title, path, format: { $0.double.map(Humane.seconds) ?? $0.cell })
    }

    /// A number of bytes.
    static func size(_ title: String, _ path: String) -> Column {
        Column(title, path, format: { $0.double.map(Humane.bytes) ?? $0.cell })
    }

    /// How long ago a moment was.
    static func since(_ title: String, _ path: String) -> Column {
        Column(title, path, format: { Humane.since($0.cell) })
    }

    /// A run's or job's status, or its conclusion where it has one.
    static let state = Column("STATE", "conclusion", "status") { state in
        switch state {
        case "success": .green
        case "failure", "timed_out", "startup_failure": .red
        case "in_progress": .yellow
        case "queued", "waiting", "pending", "requested": .cyan
        default: .plain
        }
    }

    private init(_ title: String, _ first: String, _ second: String, ink: @escaping @Sendable (String) -> Style.Ink) {
        self.init(title, first, second, format: { $0.cell }, ink: ink)
    }
}

/// Rows under titles, in columns of the width that they need.
struct Table {
    var columns: [Column]
    var rows: [JSONValue]

    /// The lines; the last column gives way where the terminal is narrow.
    func text(_ style: Style) -> String {
        let cells = self.rows.map { row in self.columns.map { $0.text(of: row) } }
        let widths = self.columns.indices.map { index in
            cells.reduce(self.columns[index].title.count) { max($0, $1[index].count) }
        }
        var lines = [self.line(self.columns.map(\.title), widths, style, inks: self.columns.map { _ in .dim })]
        for (row, texts) in zip(self.rows, cells) {
            lines.append(self.line(texts, widths, style, inks: self.columns.map { $0.ink(of: row) }))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func line(_ cells: [String], _ widths: [Int], _ style: Style, inks: [Style.Ink]) -> String {
        var line = ""
        var used = 0
        for (index, cell) in cells.enumerated() {
            let isLast = index == cells.count - 1
            var cell = cell
            if isLast, let width = style.width, used + cell.count > width, width - used > 1 {
                cell = String(cell.prefix(width - used - 1)) + "…"
            }
            line += style.paint(cell, inks[index])
            if !isLast { line += String(repeating: " ", count: widths[index] - cell.count + 2) }
            used += widths[index] + 2
        }
        return line
    }
}
