"""Argument help while a formula is typed, which Excel has for no add-in: the XML that Excel-DNA IntelliSense reads."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from xlcost.functions.registry import functions

NAMESPACE = "http://schemas.excel-dna.net/intellisense/1.0"


def intellisense() -> bytes:
    """Every function with its arguments. Those in brackets may be left out."""
    root = Element("IntelliSense", xmlns=NAMESPACE)
    known = SubElement(root, "FunctionInfo")
    for each in functions().values():
        function = SubElement(known, "Function", Name=each.name, Description=each.doc)
        for parameter in each.parameters:
            name = parameter.name if parameter.required else f"[{parameter.name}]"
            SubElement(function, "Argument", Name=name, Description=parameter.doc)
    indent(root)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
