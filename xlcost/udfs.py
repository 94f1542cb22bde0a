"""The module that xlwings' setting `UDF Modules` names: every FT_ function, as Excel for Windows calls it."""

from xlcost.functions.registry import functions
from xlcost.hosts.xlwings_udfs import register

register(functions().values(), globals())
