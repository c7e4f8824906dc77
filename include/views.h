/* views.h - what a reader sees of a message: its text and HTML parts as UTF-8. For the command's
 * views of before and after; the gateway never asks for it. */
#ifndef CORDON_VIEWS_H
#define CORDON_VIEWS_H

#include <glib.h>

#include "tree.h"

/* Bytes of text that one view holds at most; what is over is cut. */
#define VIEWS_TEXT (8 * 1024 * 1024)

/* {"before":[{"part":"1","type":"text/html","html":true,"text":"…","plain":"…"}, …],"after":[…]};
 * "plain" (plain.h) of HTML only. after may be NULL: the message does not leave. New string. */
char *views_json(const Tree *before, const Tree *after);

#endif
