import ArgumentParser
import Testing

@testable import hookcache

@Suite struct OutputOptionsTests {
    private let row = JSONValue.object(["id": .integer(1), "name": .string("a"), "extra": .bool(true)])
    private let columns = [Column("ID", "id"), Column("NAME", "name"), Column("ABSENT", "absent")]

    private func text(_ arguments: [String]) throws -> String {
        try OutputOptions.parse(arguments).text(rows: [self.row], columns: self.columns, empty: "none", style: Style())
    }

    @Test func peopleGetATableOfTheColumnsThatAreThere() throws {
        #expect(try self.text([]) == "ID  NAME\n1   a\n")
    }

    @Test func jsonHoldsEveryField() throws {
        #expect(JSONValue(try self.text(["--json"]).utf8) == .array([self.row]))
    }

    @Test func fieldsPickSome() throws {
        #expect(try self.text(["--fields", "name, extra"]) == "name  extra\na     yes\n")
        #expect(JSONValue(try self.text(["--json", "--fields", "id"]).utf8) == .array([.object(["id": .integer(1)])]))
    }

    @Test func anEmptyListSaysSoToPeopleAndIsAnEmptyArrayToPrograms() throws {
        let rows: [JSONValue] = []
        #expect(
            try OutputOptions.parse([]).text(rows: rows, columns: self.columns, empty: "none", style: Style())
                == "none\n"
        )
        let json = try OutputOptions.parse(["--json"]).text(
            rows: rows,
            columns: self.columns,
            empty: "none",
            style: Style()
        )
        #expect(JSONValue(json.utf8) == .array([]))
    }

    @Test func anObjectIsLinesOfNameAndValue() throws {
        let text = try OutputOptions.parse([]).text(object: self.row, columns: self.columns, style: Style())
        #expect(text == "ID    1\nNAME  a\n")
    }
}
