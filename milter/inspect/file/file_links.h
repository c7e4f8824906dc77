/* file_links.h - what of a file is looked through for links and codes. Inside inspect/ only. */
#ifndef CORDON_INSPECT_FILE_LINKS_H
#define CORDON_INSPECT_FILE_LINKS_H

#include "../document/document_links.h"
#include "nature.h"
#include "unpack.h"

/* Of an attachment itself, or a file out of a container that we open ourselves. The traits that
 * turned up; QR_UNREAD where there is a picture that could not be searched. */
BitSet file_links(DocumentLinks *links, const Finding *finding, const unsigned char *bytes,
                  size_t len);

/* Of a file that came out of another, which has the finding `around`, that type and nature.
 * finding: its own, or `around` of what is a piece. type: content type. The same traits. */
BitSet file_links_inner(DocumentLinks *links, const Finding *around, const char *around_type,
                        Nature nature, const UnpackFile *file, const Finding *finding,
                        const char *type);

#endif
