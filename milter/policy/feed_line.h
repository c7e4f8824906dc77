/* feed_line.h - one line of a feed as others publish it. */
#ifndef CORDON_POLICY_FEED_LINE_H
#define CORDON_POLICY_FEED_LINE_H

#include "feed.h"

/* Bytes of a path; the lengths that a feed has stand in 16 bits. A line with a longer one is wrong.
 */
#define FEED_PATH_MAX G_MAXUINT16

typedef enum feed_line { FEED_LINE_EMPTY, FEED_LINE_TAKEN, FEED_LINE_WRONG } FeedLine;

/* Calls `take` for each entry of a line: the host as url_parse gives it, and "" or the path in the
 * form of hostmap_path. Changes the line. What a zone says about itself, and names that stand for
 * the machine (localhost), are empty lines. */
FeedLine feed_line_read(char *line, FeedFormat format,
                        void (*take)(const char *host, const char *path, void *data), void *data);

#endif
