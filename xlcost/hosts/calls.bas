Private server As Object 'Python, once it runs: asking xlwings for it again at each call would read the settings again
Private trouble As String 'why the last call could not be made
Private failedAt As Double

Public Sub XlcostStatus()
    'For the list of macros (Alt+F8): whether Python answers, and if it does not, why.
    Dim version As Variant
    trouble = ""
    version = AskPython("FT_VERSION", Array())
    If IsError(version) Then
        MsgBox trouble, vbExclamation, "xlcost"
    Else
        MsgBox "Python answers, with version " & version & "; this file was made for " & MADE_FOR & ".", , "xlcost"
    End If
End Sub

Private Function AskPython(ByVal functionName As String, ByVal arguments As Variant) As Variant
    Dim isRunning As Boolean, number As Long, description As String
    On Error GoTo failed
    If Len(trouble) > 0 And Abs(Timer - failedAt) < SECONDS_BETWEEN_TRIES Then GoTo refused
    isRunning = Not server Is Nothing
again:
    If server Is Nothing Then StartPython
    AskPython = ShownResult(server.CallUDF(UDF_MODULE, functionName, arguments))
    trouble = ""
    Exit Function
failed:
    number = Err.Number
    description = Err.Description
    Set server = Nothing
    If isRunning Then
        isRunning = False 'Python may have been restarted since the last call
        Resume again
    End If
    trouble = TroubleInWords(number, description)
    failedAt = Timer
    Resume refused
refused:
    If functionName = "FT_EXPLAIN" Then AskPython = trouble Else AskPython = CVErr(2029)
End Function

Private Sub StartPython()
    Dim version As Variant
#If Mac Then
    Err.Raise OURS, , "On a Mac, Excel can't ask Python for a function; the native formulas need none."
#Else
    Set server = XLPy
    version = server.CallUDF(UDF_MODULE, "FT_VERSION", Array())
    If version < MADE_FOR Then
        Err.Raise OURS, , "This file was made by xlcost " & MADE_BY & ", and Python has an older one: pip install --upgrade xlcost."
    End If
#End If
End Sub

Private Function TroubleInWords(ByVal number As Long, ByVal description As String) As String
    If number = OURS Then
        TroubleInWords = description
    ElseIf InStr(description, "Could not load") > 0 Or number = 53 Or number = 48 Then
        TroubleInWords = "Beside the Python of the sheet xlwings.conf there is no xlwings " & XLWINGS_VERSION & _
            ": pip install xlwings==" & XLWINGS_VERSION & " there, or another Interpreter_Win; xlcost doctor tells more."
    ElseIf InStr(description, "No module named 'xlcost") > 0 Then
        TroubleInWords = "The Python of the sheet xlwings.conf has no xlcost: pip install xlcost there."
    ElseIf number = 1000 Then
        TroubleInWords = "Python does not start: look at Interpreter_Win on the sheet xlwings.conf, and whether this" & _
            " computer lets Excel start programs; xlcost doctor tells more."
    Else
        TroubleInWords = "Python does not answer: " & Left(description, 200)
    End If
End Function

Private Function PlainValue(Optional ByRef given As Variant) As Variant
    'What a cell, a range or a constant holds. An argument that is left out is Empty, which every function takes alike.
    If IsMissing(given) Then
        PlainValue = Empty
    ElseIf IsObject(given) Then
        PlainValue = ValuesOf(given)
    Else
        PlainValue = given
    End If
End Function

Private Function ValuesOf(ByVal area As Object) As Variant
    'Value2 has no dates and no currencies, only numbers. One reading brings all of a range.
    Dim used As Double
    If area.Areas.Count > 1 Then
        ValuesOf = CVErr(2015)
        Exit Function
    End If
    If area.Rows.Count > MOST_ROWS Then 'a whole column: what lies below the last used row is empty
        used = area.Worksheet.UsedRange.Row + area.Worksheet.UsedRange.Rows.Count - area.Row
        If used < MOST_ROWS Then used = MOST_ROWS
        If used < area.Rows.Count Then Set area = area.Resize(used)
    End If
    ValuesOf = area.Value2
End Function

Private Function ShownResult(ByVal result As Variant) As Variant
    Dim i As Long, j As Long
    Select Case DimensionsOf(result)
    Case 0
        result = ShownValue(result)
    Case 1
        For i = LBound(result) To UBound(result)
            result(i) = ShownValue(result(i))
        Next i
    Case Else
        For i = LBound(result, 1) To UBound(result, 1)
            For j = LBound(result, 2) To UBound(result, 2)
                result(i, j) = ShownValue(result(i, j))
            Next j
        Next i
    End Select
    ShownResult = result
End Function

Private Function DimensionsOf(ByRef value As Variant) As Long
    Dim last As Long
    If Not IsArray(value) Then Exit Function
    DimensionsOf = 1
    On Error GoTo done
    last = UBound(value, 2)
    DimensionsOf = 2
done:
End Function

Private Function ShownValue(ByVal value As Variant) As Variant
    'xlwings can't hand over an error value: it comes as its text.
    ShownValue = value
    If VarType(value) = vbString Then
        Select Case value
        Case "#NULL!": ShownValue = CVErr(2000)
        Case "#DIV/0!": ShownValue = CVErr(2007)
        Case "#VALUE!": ShownValue = CVErr(2015)
        Case "#REF!": ShownValue = CVErr(2023)
        Case "#NAME?": ShownValue = CVErr(2029)
        Case "#NUM!": ShownValue = CVErr(2036)
        Case "#N/A": ShownValue = CVErr(2042)
        End Select
    End If
End Function
