/* html_svg.h - what a drawing in a page (SVG 1.1) draws, as far as QR codes are drawn by it. Inside
 * inspect/html/ only. */
#ifndef CORDON_HTML_SVG_H
#define CORDON_HTML_SVG_H

#include "drawing.h"
#include "html.h"

typedef struct html_svg HtmlSvg;

/* From the start tag <svg> on. */
HtmlSvg *html_svg_new(const HtmlToken *token);
void html_svg_free(HtmlSvg *svg);

/* Each tag that follows; FALSE at its end tag. */
gboolean html_svg_token(HtmlSvg *svg, const HtmlToken *token);

/* What it has drawn, which is the caller's then. */
Drawing *html_svg_take(HtmlSvg *svg);

#endif
