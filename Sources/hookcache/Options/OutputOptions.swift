import ArgumentParser
import Foundation

/// How a command prints: a table for people, or JSON with every field.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print JSON, with every field there is.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Print these fields alone, comma-separated; rate_limit.remaining reaches into an object.",
            valueName: "a,b"
        ),
        transform: { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty } }
    )
    var fields: [String] = []

    /// Prints a list: as a table of these columns, or as a JSON array.
    func print(rows: [JSONValue], columns: [Column], empty: String, to terminal: Terminal = .output) {
        terminal.write(self.text(rows: rows, columns: columns, empty: empty, style: terminal.style))
    }

    /// Prints one object: as lines of name and value, or as JSON.
    func print(object: JSONValue, columns: [Column], to terminal: Terminal = .output) {
        terminal.write(self.text(object: object, columns: columns, style: terminal.style))
    }

    /// The text of a list.
    func text(rows: [JSONValue], columns: [Column], empty: String, style: Style) -> String {
        if self.json {
            return JSONValue.array(rows.map { self.fields.isEmpty ? $0 : $0.picking(self.fields) }).text + "\n"
        }
        if rows.isEmpty { return empty + "\n" }
        let columns = self.fields.isEmpty ? columns.filter { $0.appears(in: rows) } : self.fields.map { Column($0) }
        return Table(columns: columns, rows: rows).text(style)
    }

    /// The text of an object.
    func text(object: JSONValue, columns: [Column], style: Style) -> String {
        if self.json { return (self.fields.isEmpty ? object : object.picking(self.fields)).text + "\n" }
        let columns = self.fields.isEmpty ? columns.filter { $0.appears(in: [object]) } : self.fields.map { Column($0) }
        let width = columns.map(\.title.count).max() ?? 0
        return columns.map { column in
            let title = column.title.padding(toLength: width, withPad: " ", startingAt: 0)
            return "\(style.paint(title, .dim))  \(style.paint(column.text(of: object), column.ink(of: object)))\n"
        }.joined()
    }
}
