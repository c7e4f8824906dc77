/* html_grid.h - cells of a page that have a colour, row by row: a QR code can be drawn by them.
 * Inside inspect/ only. */
#ifndef CORDON_HTML_GRID_H
#define CORDON_HTML_GRID_H

#include "html.h"

typedef struct html_grid HtmlGrid;

HtmlGrid *html_grid_new(void);
void html_grid_free(HtmlGrid *grid);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlGrid, html_grid_free)

/* Each token of the page, HTML_EOF included. */
void html_grid_token(HtmlGrid *grid, const HtmlToken *token);

/* Appends a Link (LINK_QR) for each address in codes that cells draw: what is found has their
 * place. *pixels: what has been searched so far, of LIMIT_PICTURES. FALSE if a limit was met. */
gboolean html_grid_links(const HtmlGrid *grid, guint64 *pixels, GArray *links);

#endif
