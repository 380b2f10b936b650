import Domain
import Foundation
import Testing

@testable import Manuals

@Suite("Maintenance records")
struct RecordTests {
    private let folder: TemporaryFolder
    private let library: Library

    init() throws {
        folder = try TemporaryFolder()
        library = try Library.open(folder.library)
        let manual = """
            # machine_model: sp-200
            # language: en
            Code,Fault,Remedy
            F004,Pressure low,1. Fill up oil. 2. Clean the intake filter. 3. Set valve V3 to 12.5 MPa.
            """
        _ = try library.importManuals([folder.write(manual, to: "press.csv")])
    }

    private let list = """
        Date,Machine,Code,What was done,Result
        2025-03-01,press-07,F-004,Cleaned the intake filter,fixed
        114/05/02,press-07,F004,step 2,OK
        02.06.2025,press-08,f004,Cleaned intake filter again,已修復
        2025/07/09,press-07,F004,Changed the pump seal,not fixed
        2025-07-10,press-07,F999,Nothing known,fixed
        2025-07-11,saw-01,F004,Other machine,fixed
        ,press-07,,Greased,ok
        """

    private let machines = [
        MachineID(rawValue: "press-07"): MachineModel(rawValue: "sp-200"),
        MachineID(rawValue: "press-08"): MachineModel(rawValue: "SP-200"),
    ]

    private func history(_ code: String = "F004", model: String? = "sp-200") throws -> RepairHistory? {
        try library.repairHistory(
            of: #require(FaultCode(code)), machineModel: model.map(MachineModel.init(rawValue:)))
    }

    @Test("repairs are counted by the manual's step that they are, what helped most often first")
    func counted() throws {
        let report = try library.importRecords([folder.write(list, to: "repairs.csv")], machineModels: machines)
        #expect(report.files.map(\.records) == [5])
        #expect(report.files[0].warnings.map(\.line) == [7, 8])
        let history = try #require(try history())
        #expect(history.records == 4 && history.fixed == 3 && history.sources == ["repairs.csv"])
        #expect(
            history.actions == [
                RepairHistory.Action(
                    action: "Clean the intake filter.", step: 2, times: 3, fixed: 3, last: "2025-06-02"),
                RepairHistory.Action(
                    action: "Changed the pump seal", step: nil, times: 1, fixed: 0, last: "2025-07-09"),
            ])
        #expect(try self.history("F004", model: nil) == history)
        #expect(try self.history("F005") == nil)
        #expect(try self.history("F004", model: "other") == nil)
    }

    @Test("records stay apart from the manual: no passage, citation or code comes from them")
    func apart() throws {
        _ = try library.importRecords([folder.write(list, to: "repairs.csv")], machineModels: machines)
        #expect(try library.retrieve(.code("F999", model: "sp-200")).isNothing)
        #expect(try library.retrieve(.text("changed the pump seal", model: "sp-200")).isNothing)
        #expect(try library.passages(ofFile: "press.csv").count == 1)
        var results = try library.search("F004", machineModel: MachineModel(rawValue: "sp-200"))
        results.repairs = try library.repairHistory(for: results)
        #expect(results.results.map(\.manual) == ["press.csv"])
        #expect(results.repairs?.fixed == 3)
        #expect(try library.repairHistory(for: library.search("pressure low")) == nil)
    }

    @Test("two models with records of one code are never mixed")
    func twoModels() throws {
        let text = "model,code,action,result\nsp-200,F004,Clean it,ok\nsaw-1,F004,Oil it,ok\n"
        _ = try library.importRecords([folder.write(text, to: "r.csv")])
        #expect(try history(model: nil) == nil)
        #expect(try history(model: "saw-1")?.actions.map(\.action) == ["Oil it"])
    }

    @Test("columns of any name are mapped; a header that is not there is named")
    func mapping() throws {
        let text = "Nr;Störung;Arbeit;Erfolg\n1;F004;Filter getauscht;ok\n"
        let file = try folder.write(text, to: "r.csv")
        let model = MachineModel(rawValue: "sp-200")
        let columns = RecordColumns(headers: [.code: "Störung", .action: "Arbeit", .result: "Erfolg"])
        _ = try library.importRecords([file], columns: columns, machineModel: model)
        #expect(try history()?.actions.map(\.action) == ["Filter getauscht"])
        let wrong = RecordColumns(headers: [.code: "Fehler", .action: "Arbeit"])
        let error = #expect(throws: ManualImportError.self) {
            try library.importRecords([file], columns: wrong, machineModel: model)
        }
        #expect(error?.description == "r.csv:1: no column \"Fehler\"")
    }

    @Test("the same list again changes nothing, a new version replaces the old, a rollback brings it back")
    func versions() throws {
        let file = try folder.write(list, to: "repairs.csv")
        _ = try library.importRecords([file], machineModels: machines)
        let again = try library.importRecords([file], machineModels: machines)
        #expect(again.files.map(\.outcome) == [.unchanged] && again.library == 2)
        let shorter = list.split(separator: "\n").prefix(2).joined(separator: "\n")
        let next = try library.importRecords([folder.write(shorter, to: "repairs.csv")], machineModels: machines)
        #expect(next.files.map(\.outcome) == [.updated])
        #expect(try history()?.records == 1)
        try library.rollBack()
        #expect(try history()?.records == 4)
        #expect(try library.recordSources() == [RecordSource(file: "repairs.csv", records: 5)])
        try library.removeRecords(file: "repairs.csv")
        #expect(try history() == nil)
        #expect(throws: LibraryError.noManual(file: "repairs.csv")) { try library.removeRecords(file: "repairs.csv") }
    }

    @Test(
        "days of European, Asian and Taiwanese lists",
        arguments: [
            ("2025-03-01", "2025-03-01"), ("2025/3/1 08:15", "2025-03-01"), ("1.3.2025", "2025-03-01"),
            ("114/03/01", "2025-03-01"), ("114年3月1日", "2025-03-01"), ("2025年03月01日", "2025-03-01"),
            ("yesterday", nil), ("2025-13-01", nil), ("99/99/9999", nil),
        ] as [(String, String?)])
    func days(text: String, day: String?) { #expect(RecordDay.parse(text) == day) }
}
