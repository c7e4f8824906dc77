/* split_pictures.h - pictures that a page shows side by side or one below the other: together they
 * can be a QR code that none of them holds. Inside inspect/ only. */
#ifndef CORDON_SPLIT_PICTURES_H
#define CORDON_SPLIT_PICTURES_H

#include <glib.h>

#include "tree.h"

typedef struct split_pictures SplitPictures;

SplitPictures *split_pictures_new(void);
void split_pictures_free(SplitPictures *split);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SplitPictures, split_pictures_free)

/* Notes the pictures of a page that touch; `links` are all of the page's. */
void split_pictures_add(SplitPictures *split, const unsigned char *utf8, const GArray *links);

/* Told for each part that shows a piece of a code: links (LINK_QR), which may be taken. */
typedef void SplitFound(const Part *part, GArray *links, void *data);

/* Searches those of one message. *pixels: what has been searched so far, of LIMIT_PICTURES. FALSE
 * if it is met. */
gboolean split_pictures_search(const SplitPictures *split, const Tree *tree, guint64 *pixels,
                               SplitFound *found, void *data);

#endif
