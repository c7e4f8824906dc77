/* plain.h - HTML as lines of text, for people at a terminal. */
#ifndef CORDON_PLAIN_H
#define CORDON_PLAIN_H

#include <glib.h>

/* The text of a page, folded into lines where its blocks end, with "[address]" behind each anchor
 * that leads somewhere. What styles hide is shown too. Linear; new string, UTF-8. */
char *plain_from_html(const char *utf8, size_t len);

#endif
