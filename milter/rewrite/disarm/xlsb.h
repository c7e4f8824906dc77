/* xlsb.h - the parts of a binary workbook (.xlsb) that lose its macros ([MS-XLSB]). Inside rewrite/
 * only. */
#ifndef CORDON_XLSB_H
#define CORDON_XLSB_H

#include <glib.h>

/* The workbook part with other names in place of those that run a macro: Auto_Open and its kin, and
 * functions and commands of macro sheets and of VBA. As many names as before, since formulas count
 * them. DATA if a record is damaged. */
GBytes *xlsb_empty_names(GBytes *workbook, GError **error);

/* A sheet without cells. */
GBytes *xlsb_empty_sheet(void);

#endif
