/* bounds.h - every bound there is, each with its reason. Meeting one is a finding that rules
 * decide on (ANOMALY_LIMIT, TRAIT_LIMIT), never a silence. Sizes are bytes. */
#ifndef CORDON_BOUNDS_H
#define CORDON_BOUNDS_H

#define KIB(n) ((size_t)(n)*1024)
#define MIB(n) ((size_t)(n)*1024 * 1024)

/* A whole message. MTAs commonly allow 10 to 100 MiB; above this a letter is refused. */
#define LIMIT_MESSAGE MIB(160)

/* An address of the envelope, and each other word about its sender. RFC 5321 4.5.3.1.3 says 256;
 * beyond four times that the message is refused for good, as it will never be shorter. */
#define LIMIT_ENVELOPE KIB(1)

/* Header of one entity, one field of it, one structural (Content-*) field. Postfix truncates a
 * header at 102,400 and Sendmail at 32,768 bytes (THREATS M-033): beyond that they differ. */
#define LIMIT_HEADER           KIB(256)
#define LIMIT_FIELD            KIB(64)
#define LIMIT_STRUCTURAL_FIELD KIB(8)
#define LIMIT_FIELDS           1024

/* Fields of all headers of a message together: GMime keeps some 400 bytes for each. */
#define LIMIT_ALL_FIELDS 32768

/* Parameters of a field, and bytes of one parameter name. GMime 3.2.13 needs a minute for
 * 100,000 parameters and hangs on some long names (G-012). */
#define LIMIT_PARAMS     64
#define LIMIT_PARAM_NAME 64

/* Names of one part that one reader or another would show: two or three, of damaged fields ten. */
#define LIMIT_NAMES 64

/* RFC 2046 5.1.1 says 70; some senders exceed it. */
#define LIMIT_BOUNDARY 200

/* Parts of a message, nesting of multiparts and messages together (G-020, G-021). */
#define LIMIT_PARTS 1000
#define LIMIT_DEPTH 32

/* Colons in one address field: GMime's recursion over groups overflows its stack (G-012). */
#define LIMIT_ADDRESS_GROUPS 64

/* Decoded bytes over all parts of a message, counting nested layers: a bomb of encodings. */
#define LIMIT_DECODED MIB(320)

/* Those of messages in messages, each of which is kept while those in it are looked at: of 32 MiB
 * that are encoded again and again all levels together would be 88. */
#define LIMIT_LAYERS MIB(48)

/* Content of one part that is kept once it was looked at; more is decoded again when it is needed,
 * so that one large attachment is in memory at a time. */
#define LIMIT_CONTENT_KEPT KIB(32)

/* One text part that is looked through for links, and the links of one message. A 1,000,000 link
 * message is an attack on the rewriter (G-027). */
#define LIMIT_TEXT  MIB(32)
#define LIMIT_LINKS 20000

/* Attributes of one HTML tag. Each costs a hundred bytes of memory and can be two bytes long;
 * real mail has fewer than a hundred. */
#define LIMIT_ATTRIBUTES 10000

/* Scripts, handlers, controls and the like of one HTML part. */
#define LIMIT_ACTIVE 20000

/* Words of one text part that look like a notice of ours. */
#define LIMIT_CUES 2000

/* A line of a calendar or a contact that is looked through; files in base64 are not bound by it. */
#define LIMIT_CONTENT_LINE MIB(1)

/* What is read of Rich Text, without its data, groups in groups, and places where it goes from
 * words to something else, each of 24 bytes: a page with 20,000 tags that Outlook keeps in it has
 * some 100,000. */
#define LIMIT_RTF_TEXT   MIB(4)
#define LIMIT_RTF_DEPTH  1000
#define LIMIT_RTF_PLACES (250 * 1000)

/* Files in one calendar or contact; each goes through libclamav. */
#define LIMIT_CARD_FILES 64

/* An address that is read. A browser takes two million bytes, but what is longer than this is
 * nobody's link; of an address that was cut nobody knows where it leads, so it is "malformed". */
#define LIMIT_ADDRESS KIB(16)

/* Addresses within addresses: how deep, and how many in one link. Each is looked at, so a link
 * with more is "malformed" too. */
#define LIMIT_HOPS     6
#define LIMIT_HOPS_ALL 24

/* Bytes of evidence (an address, a file name) kept in a finding, an event or a mark. */
#define LIMIT_EVIDENCE 2048

/* What is unpacked from one attachment: bytes in all, members, depth. It may grow so many times, or
 * to the floor where that is more: ordinary spreadsheets grow 20 times, a bomb a thousand.
 * libclamav's own parsers must stay below 1 GiB (G-062). */
#define LIMIT_UNPACK_TOTAL MIB(256)
#define LIMIT_UNPACK_RATIO 250
#define LIMIT_UNPACK_FLOOR MIB(64)
#define LIMIT_UNPACK_FILES 4000
#define LIMIT_UNPACK_DEPTH 16

/* An attachment itself, and the unpacked files that are open at one time, one in the other: each is
 * in memory as a whole while it is looked at. Of a 7z archive all that is packed together is. */
#define LIMIT_UNPACK_FILE MIB(128)
#define LIMIT_UNPACK_OPEN MIB(56)

/* A page that libclamav makes uniform for its signatures, which takes 16 bytes for one of a script:
 * larger ones they only see as they are. */
#define LIMIT_NORMALIZED MIB(3)

/* The header of a 7z archive, unpacked: four thousand files with names as long as file systems
 * allow; and all headers that are read of one file. */
#define LIMIT_7Z_HEADER  MIB(4)
#define LIMIT_7Z_HEADERS MIB(64)

/* Coders of a folder in it, and streams of one coder; libclamav takes as many. */
#define LIMIT_7Z_CODERS  32
#define LIMIT_7Z_STREAMS 32

/* The same of all attachments of one message, and the milliseconds that libclamav may take for
 * them. */
#define LIMIT_UNPACK_ALL       MIB(512)
#define LIMIT_UNPACK_ALL_FILES 10000
#define LIMIT_UNPACK_MS        25000

/* A line of a file of signatures; libclamav takes no longer ones. */
#define LIMIT_SIGNATURE_LINE KIB(256)

/* Containers within containers that we open ourselves (winmail.dat, saved Outlook messages, yEnc
 * and others: inspect/file/opened.c), each a copy. */
#define LIMIT_OPEN_DEPTH 6

/* Code pages that a message of Outlook's names for its texts, each of which is read in all of them:
 * there is one, or two. */
#define LIMIT_CODE_PAGES 4

/* One XML part of a document that is rewritten, and attributes of one tag in it (signs "=" are
 * counted): as a tree it takes ten to twenty times its length, and libxml2 compares each attribute
 * of a tag with each other. */
#define LIMIT_XML            MIB(16)
#define LIMIT_XML_ATTRIBUTES 2000

/* Tags and attributes of it (signs "<" and "=") together: each takes 100 to 200 bytes. */
#define LIMIT_XML_MARKS (1500 * 1000)

/* Dictionaries and arrays of a PDF that is disarmed, and entries of them: a book of a thousand
 * pages has some hundred thousand, and each takes some microseconds and 200 to 400 bytes. Tags are
 * not counted where they are left out (pdf_load.c). */
#define LIMIT_PDF_ENTRIES (300 * 1000)

/* Operands of one operator of a PDF's page that are kept: a line of text set letter by letter has
 * some hundred. */
#define LIMIT_PDF_OPERANDS 24000

/* Characters that are shown by one page of a PDF, or one drawing on it: a page of a newspaper has
 * 30,000, and a map of a town some more. Each takes a hundred bytes. */
#define LIMIT_PDF_GLYPHS (250 * 1000)

/* The same of all pages together: a book of 2,500 pages. Each takes half a microsecond, or two
 * where they are put to confuse. */
#define LIMIT_PDF_GLYPHS_ALL (8 * 1000 * 1000)

/* Codes of all its fonts of which it is said what they mean, or how wide they are: each takes 60
 * bytes or so, and a font of a book in Chinese has 5,000. */
#define LIMIT_PDF_CODES (400 * 1000)

/* What one page paints, or another stream that is looked into: each is in memory as a whole. A plan
 * of a building has some megabytes. */
#define LIMIT_PDF_STREAM MIB(30)

/* Content streams of a PDF that are read for what they draw, forms each time that they are. */
#define LIMIT_PDF_CONTENT MIB(64)

/* What qpdf may take for the objects of a PDF, of which a book of a thousand pages has some ten
 * thousand of a KiB each; and to write them, besides the PDF itself. */
#define LIMIT_PDF_MEMORY MIB(50)
#define LIMIT_PDF_WRITER MIB(16)

/* Documents within documents that are disarmed one in the other. */
#define LIMIT_DISARM_DEPTH 3

/* Fields of Word in each other's codes; Word itself allows 20. */
#define LIMIT_FIELD_DEPTH 32

/* Pictures that are searched for QR codes: pixels of one, so many of which are looked at (of larger
 * ones every second or third), and those of all pictures of a message, where what could be a code
 * is counted once more each time that it is searched, and what has dots each time that these are
 * run together. A screen has 2 to 8 million, a telephone's photograph 12 to 50. */
#define LIMIT_PICTURE          (50 * 1000 * 1000)
#define LIMIT_PICTURE_SEARCHED (9 * 1000 * 1000)
#define LIMIT_PICTURES         (250 * 1000 * 1000)

/* Corner marks that a search meets, counted in every third row: zbar's time grows with their
 * square, to a third of a second. A screen full of codes has some hundred. */
#define LIMIT_QR_CROSSINGS 10000

/* Bytes of a message's pictures that are kept, to know again those that come twice. */
#define LIMIT_PICTURES_KEPT MIB(8)

/* What it takes to make pixels of a picture, and to search them: the file, what its decoder keeps,
 * the pixels and two more planes of them. Where that is more, fewer are made of it. A progressive
 * JPEG of a telephone with 12 million pixels takes 50 MiB, of which its coefficients are 36. */
#define LIMIT_PICTURE_MEMORY MIB(60)

/* Passes over a progressive JPEG, which has about ten. */
#define LIMIT_PICTURE_SCANS 100

/* Pages of one file. */
#define LIMIT_PICTURE_PAGES 200

/* Corners of all that a page draws, eight bytes each, and what may be spent on painting it: some
 * 50 ms. The largest code has 70,000 corners, a map of a city a million. */
#define LIMIT_DRAWING_POINTS (500 * 1000)
#define LIMIT_DRAWING_STEPS  (50 * 1000 * 1000)

/* Pictures that are looked at for whether they touch, each with each. */
#define LIMIT_DRAWING_PICTURES 400

/* Findings of one message that an event lists; all are counted, and all are acted on. */
#define LIMIT_EVENT_FINDINGS 200

/* A reply from a worker: message with marks added, and header changes. */
#define LIMIT_REPLY          (LIMIT_MESSAGE * 2)
#define LIMIT_HEADER_CHANGES 64
#define LIMIT_HEADER_VALUE   KIB(16)

/* Bytes of a note that stands where a file was removed: three languages, a few names. */
#define LIMIT_NOTE KIB(16)

/* Longest line that Cordon writes (RFC 5322 2.1.1, without CRLF). */
#define LIMIT_LINE 998

/* A worker's address space beyond the zygote's, one of its files, its descriptors. Measured: 18 MiB
 * for ordinary mail, 960 for an archive of 110 MiB, 1,790 for one whose dictionary is made to hurt.
 * A reply is the largest file; libclamav opens one or two a level. */
#define LIMIT_WORKER_MEMORY      MIB(3072)
#define LIMIT_WORKER_FILE        (LIMIT_REPLY + MIB(16))
#define LIMIT_WORKER_DESCRIPTORS 256

#endif
