"""The macros of a workbook, run by LibreOffice's Basic with a Python that answers as written below. Prints JSON.

    python3 basic_probe.py BOOK.xlsm PROFILE        with a Python that has the module uno

LibreOffice has VBA's language, but neither Windows' DLLs nor conditional compiling: xlwings' two modules are replaced,
and the lines for the Mac cut.
"""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue

XLWINGS = """
Option VBASupport 1
Public Const XLWINGS_VERSION As String = "0.0"
Function XLPy()
    Dim made As Object
    Set made = New Dictionary
    Set XLPy = made
End Function
"""
SERVER = """
Option VBASupport 1
Option ClassModule
Public Function CallUDF(m As String, f As String, a As Variant) As Variant
    Dim table(0 To 1, 0 To 1) As Variant
    If f = "FT_VERSION" Then
        CallUDF = %s
    ElseIf f = "FT_BREAKDOWN" Then
        table(0, 0) = "#N/A": table(0, 1) = 1.5: table(1, 0) = "#N/A too": table(1, 1) = "#DIV/0!"
        CallUDF = table
    ElseIf f = "FT_SOURCE" Then
        Err.Raise 1000, , "no process"
    Else
        CallUDF = m & " " & f & " " & UBound(a) & " " & TypeName(a(0)) & " " & TypeName(a(1))
    End If
End Function
"""
PROBE = """
Public Function Probe() As String
    Dim table As Variant
    table = FT_BREAKDOWN()
    Probe = IsError(table(0, 0)) & " " & table(0, 1) & " " & table(1, 0) & " " & IsError(table(1, 1))
    DescribeFunctions
    Probe = Probe & " described"
End Function
"""
CELLS = {
    "version": "=FT_VERSION()",
    "values": "=FT_GPU_HOURS(8;30)",
    "a range and nothing": "=FT_GPU_HOURS(B1:B3)",
    "a cell": "=FT_GPU_HOURS(A1;A2)",
    "nothing": "=FT_TOTAL()",
    "no Python": '=FT_SOURCE("x")',
    "still none": "=FT_TOTAL(B1:B3)",
    "why": '=FT_EXPLAIN("FT_TOTAL")',
}


def main(book: str, profile: str, version: str) -> None:
    office = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            "--accept=pipe,name=basic;urp;",
        ]
    )
    try:
        desktop = connected()
        right, too_old = probed(desktop, book, version, True), probed(desktop, book, str(int(version) - 1), False)
        print(json.dumps({"right": right, "too old": too_old}))
        desktop.terminate()
    finally:
        office.terminate()
        office.wait(20)


def connected():
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(100):
        try:
            context = resolver.resolve("uno:pipe,name=basic;urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except Exception:
            time.sleep(0.3)
    raise SystemExit("LibreOffice doesn't start")


def probed(desktop, book: str, version: str, with_macros: bool) -> dict:
    options = (PropertyValue("Hidden", 0, True, 0), PropertyValue("MacroExecutionMode", 0, 4, 0))
    document = desktop.loadComponentFromURL(Path(book).as_uri(), "_blank", 0, options)
    library = document.BasicLibraries.getByName("VBAProject")
    found = {"modules": sorted(library.ElementNames)}
    stubs = re.sub(r"#If Mac.*?#Else|#End If", "", library.getByName("xlwings_udfs"), flags=re.DOTALL)
    library.replaceByName("xlwings", XLWINGS)
    library.replaceByName("Dictionary", SERVER % version)
    library.replaceByName("xlwings_udfs", stubs + PROBE)
    name = "vnd.sun.star.script:VBAProject.xlwings_udfs.Probe?language=Basic&location=document"
    if with_macros:
        found["probe"] = document.getScriptProvider().getScript(name).invoke((), (), ())[0]
    sheet = document.Sheets.getByIndex(document.Sheets.Count - 1)
    for row, (label, formula) in enumerate(CELLS.items()):
        cell = sheet.getCellByPosition(10, row)
        cell.Formula = formula
        found[label] = cell.String
    document.close(True)
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
