import GitHubCore
package import GitHubSimulatorCore

/// A JSON Schema, or an OpenAPI 3.0 description, as far as GitHub's use its words.
///
/// Known are: `$ref` within the document, `type`, `nullable`, `enum`, `const`, `required`, `properties`,
/// `additionalProperties`, `items`, `minItems`, `maxItems`, `allOf`, `anyOf`, `oneOf`, and the format `date-time`.
package struct Schema {
    private let document: JSON

    /// A schema from its text.
    package init(_ bytes: [UInt8]) throws {
        document = try JSON(parsing: bytes)
    }

    /// What is wrong with a value by the schema at a pointer into the document; nothing if it is right.
    package func faults(in value: JSON, at pointer: String = "#") -> [String] {
        guard let schema = resolve(pointer) else { return ["no schema at \(pointer)"] }
        return check(value, schema, "$")
    }

    /// The schema of the answer to an operation, by its path template and status.
    package func answerFaults(in value: JSON, to method: String, _ path: String, status: Int = 200) -> [String] {
        guard let operation = document["paths"]?[path]?[method.lowercased()] else { return ["no \(method) \(path)"] }
        var response = operation["responses"]?["\(status)"] ?? .null
        if let reference = response["$ref"]?.text { response = resolve(reference) ?? .null }
        guard let schema = response["content"]?["application/json"]?["schema"] else {
            return ["no schema for \(method) \(path) \(status)"]
        }
        return check(value, schema, "$")
    }

    private func resolve(_ pointer: String) -> JSON? {
        pointer.split(separator: "/").dropFirst().reduce(Optional(document)) { value, part in
            value?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
    }

    private func check(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        if let reference = schema["$ref"]?.text {
            guard let target = resolve(reference) else { return ["\(path): no \(reference)"] }
            return check(value, target, path)
        }
        if value == .null, schema["nullable"] == true { return [] }
        var faults = checkScalars(value, schema, path)
        faults += checkCombinations(value, schema, path)
        switch value {
        case .object(let members): faults += checkObject(members, schema, path)
        case .array(let elements):
            if let items = schema["items"] {
                for (index, element) in elements.enumerated() { faults += check(element, items, "\(path)[\(index)]") }
            }
            if let least = schema["minItems"]?.integer, elements.count < least { faults.append("\(path): too few") }
            if let most = schema["maxItems"]?.integer, elements.count > most { faults.append("\(path): too many") }
        default: break
        }
        return faults
    }

    private func checkScalars(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var faults: [String] = []
        if let type = schema["type"] {
            let allowed = type.text.map { [$0] } ?? type.elements.compactMap(\.text)
            if !allowed.contains(where: { isType(value, $0) }) { faults.append("\(path): not \(allowed)") }
        }
        if let values = schema["enum"]?.elements, !values.contains(value) { faults.append("\(path): not in enum") }
        if let constant = schema["const"], constant != value { faults.append("\(path): not the constant") }
        if schema["format"]?.text == "date-time", let text = value.text, Timestamp(rfc3339: text) == nil {
            faults.append("\(path): no date-time")
        }
        return faults
    }

    private func checkCombinations(_ value: JSON, _ schema: JSON, _ path: String) -> [String] {
        var faults = (schema["allOf"]?.elements ?? []).flatMap { check(value, $0, path) }
        for word in ["anyOf", "oneOf"] {
            guard let choices = schema[word]?.elements else { continue }
            let results = choices.map { check(value, $0, path) }
            // GitHub's oneOf overlap in places, so one that fits is enough.
            if !results.contains(where: \.isEmpty) {
                faults.append("\(path): none of \(word): \(results.min { $0.count < $1.count } ?? [])")
            }
        }
        return faults
    }

    private func checkObject(_ members: [JSON.Member], _ schema: JSON, _ path: String) -> [String] {
        let keys = Set(members.map(\.key))
        let required = schema["required"]?.elements.compactMap(\.text) ?? []
        var faults = required.filter { !keys.contains($0) }.map { "\(path): no \($0)" }
        for member in members {
            if let property = schema["properties"]?[member.key] {
                faults += check(member.value, property, "\(path).\(member.key)")
            } else if schema["additionalProperties"] == false {
                faults.append("\(path): \(member.key) is one too many")
            } else if let more = schema["additionalProperties"], more != true {
                faults += check(member.value, more, "\(path).\(member.key)")
            }
        }
        return faults
    }

    private func isType(_ value: JSON, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
            (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
