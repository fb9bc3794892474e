import Testing

@testable import hookcache

@Suite struct TableTests {
    private let rows = [
        JSONValue.object([
            "id": .integer(7), "status": .string("completed"), "conclusion": .string("failure"), "name": .string("CI"),
        ]),
        JSONValue.object([
            "id": .integer(12), "status": .string("queued"), "conclusion": .null, "name": .string("Nightly build"),
        ]),
    ]
    private let columns = [Column("ID", "id"), Column.state, Column("NAME", "name", "title")]

    @Test func columnsAreAsWideAsTheyNeed() {
        let expected = """
            ID  STATE    NAME
            7   failure  CI
            12  queued   Nightly build

            """
        #expect(Table(columns: self.columns, rows: self.rows).text(Style()) == expected)
    }

    @Test func theLastColumnGivesWayOnANarrowTerminal() {
        let lines = Table(columns: self.columns, rows: self.rows).text(Style(width: 20)).split(separator: "\n")
        #expect(lines.last == "12  queued   Nightl…")
    }

    @Test func coloursAppearOnlyWhereTheyAreWanted() {
        let text = Table(columns: self.columns, rows: self.rows).text(Style(coloured: true))
        #expect(text.contains("\u{1b}[31mfailure\u{1b}[0m"))
        #expect(text.contains("\u{1b}[36mqueued\u{1b}[0m"))
    }

    @Test func whatARemotePartyWroteCannotMoveTheCursor() {
        let row = JSONValue.object(["name": .string("a\u{1b}[2Jb\nc")])
        #expect(Column("NAME", "name").text(of: row) == "a [2Jb c")
    }
}
