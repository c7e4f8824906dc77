/* Parts to findings. Each leaf is looked at once, by what a reader would make of it: HTML, text, or
 * a file; an HTML or text attachment is both. Anomalies of structure join at their place. */
#include "inspect.h"

#include "bounds.h"
#include "card.h"
#include "content.h"
#include "fields.h"
#include "html.h"
#include "html/html_grid.h"
#include "html_page.h"
#include "link/link_traits.h"
#include "picture/qr.h"
#include "readings.h"
#include "rtf.h"
#include "senders.h"
#include "split_pictures.h"
#include "unwrap.h"

#include <string.h>

Text *
inspect_text(const Tree *tree, Part *part)
{
  GBytes *content = part_content(tree, part);
  g_autofree char *meta = NULL;
  gboolean labelled =
      part->charset != NULL && charset_from_label(part->charset, strlen(part->charset)) != NULL;

  if (!labelled && (part->flags & PART_HTML)) {
    size_t len;
    const unsigned char *bytes = g_bytes_get_data(content, &len);
    meta = charset_from_meta(bytes, len);
  }
  return text_decode(content, labelled ? part->charset : meta);
}

void
add_anomaly(GPtrArray *findings, const Part *part, AnomalyKind kind, const char *detail)
{
  Finding *finding = finding_new(FINDING_ANOMALY, part->index);

  finding->anomaly = kind;
  finding->layer = part->layer;
  finding->at = part->body;
  finding->detail = detail;
  g_ptr_array_add(findings, finding);
}

static guint
count_links(const GPtrArray *findings)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++)
    n += ((const Finding *)g_ptr_array_index(findings, i))->kind == FINDING_LINK;
  return n;
}

Finding *
link_finding(Link *link, Url *url, const Part *part)
{
  Finding *finding = finding_new(FINDING_LINK, part->index);
  gboolean whole = TRUE;

  finding->url = url;
  finding->hops = url != NULL ? unwrap(url, &whole) : NULL;
  finding->traits = link_traits(link, url, finding->hops) | (whole ? 0 : TRAIT(MALFORMED));
  finding->link = *link;
  memset(link, 0, sizeof *link);
  return finding;
}

/* Moves the links that lead out of the message into findings; `anchor` then counts findings. */
static void
add_links(GPtrArray *findings, GArray *links, const Part *part)
{
  g_autofree int *place = g_new(int, links->len + 1);
  const Url *near = NULL;

  for (guint i = 0; i < links->len; i++) {
    Link *link = &g_array_index(links, Link, i);
    g_autoptr(Url) url = link_url(link, near);
    Finding *finding;

    place[i] = -1;
    if (!link_leads_out(link, url))
      continue;
    finding = link_finding(link, g_steal_pointer(&url), part);
    near = finding->url;
    if (finding->link.anchor >= 0)
      finding->link.anchor = finding->link.anchor < (int)i ? place[finding->link.anchor] : -1;
    place[i] = (int)findings->len;
    g_ptr_array_add(findings, finding);
  }
}

static Url *
active_url(const unsigned char *utf8, const Active *active)
{
  g_autoptr(GString) text = g_string_new(NULL);
  Link link = {.use = LINK_LOAD};

  if (active->address.len == 0 || active->address.len > LIMIT_ADDRESS)
    return NULL;
  html_undo(utf8, active->address, HTML_UNDO_REFERENCES | HTML_UNDO_IN_ATTRIBUTE, text, NULL);
  link.target = g_strstrip(text->str);
  return link_url(&link, NULL);
}

/* A page that is to be written anew, if any rule says so. */
static void
add_doubt(GPtrArray *findings, const HtmlPage *page, const Part *part)
{
  Finding *finding;

  if (!page->doubt)
    return;
  finding = finding_new(FINDING_MARKUP, part->index);
  finding->detail = page->doubt;
  finding->traits = TRAIT(AMBIGUOUS);
  finding->active.trait = TRAIT_ID_AMBIGUOUS;
  finding->active.element = "html";
  finding->active.with = "";
  finding->active.cut = range_make(page->doubt_at, 0);
  g_ptr_array_add(findings, finding);
}

static void
add_page(GPtrArray *findings, const HtmlPage *page, const unsigned char *utf8, const Part *part)
{
  add_doubt(findings, page, part);
  if (!page->all_active)
    add_anomaly(findings, part, ANOMALY_LIMIT, "more active content than LIMIT_ACTIVE");
  for (guint i = 0; i < page->active->len; i++) {
    Finding *finding = finding_new(FINDING_MARKUP, part->index);

    finding->active = g_array_index(page->active, Active, i);
    finding->traits = BIT(finding->active.trait);
    finding->url = active_url(utf8, &finding->active);
    g_ptr_array_add(findings, finding);
  }
}

static void
add_cues(GPtrArray *findings, const HtmlPage *page, const Part *part)
{
  if (!page->all_cues)
    add_anomaly(findings, part, ANOMALY_LIMIT, "more notices in the text than LIMIT_CUES");
  for (guint i = 0; i < page->cues->len; i++) {
    Finding *finding = finding_new(FINDING_TEXT, part->index);

    finding->cue = g_array_index(page->cues, Cue, i);
    finding->cues = 1u << finding->cue.id;
    g_ptr_array_add(findings, finding);
  }
}

/* Codes in pictures that stand in the text itself, and such as are drawn by its characters or
 * cells. */
static void
inspect_codes(const unsigned char *utf8, size_t len, const Part *part, const HtmlGrid *grid,
              QrSearch *search, GArray *links, GPtrArray *findings)
{
  gboolean html = (part->flags & PART_HTML) != 0,
           drawn = qr_art_links(search, utf8, len, html, links);

  drawn = html_grid_links(grid, &search->pixels, links) && drawn;
  if (html)
    qr_data_links(search, utf8, links);
  if (!drawn)
    add_anomaly(findings, part, ANOMALY_LIMIT, "more that draws codes than LIMIT_PICTURES");
}

/* The addresses of a part, by its kind. FALSE when a limit was met. */
static gboolean
find_links(const Tree *tree, const Part *part, const unsigned char *utf8, size_t len,
           HtmlPage *page)
{
  GArray *links = page->links;
  gboolean whole;

  page->all_cues = TRUE;
  if (part->flags & PART_HTML) {
    html_page_read(utf8, len, page);
    whole = page->all_links;
  } else if (card_is(part, utf8, len)) {
    whole = card_links(utf8, len, links);
  } else if (rtf_is(part, utf8, len)) {
    whole = rtf_links(utf8, len, links);
  } else {
    whole = text_links(utf8, len, links);
    page->all_cues = !page->cues || text_cues(utf8, len, CUE_ANY, page->cues);
  }
  if (strcmp(part->type, "text/enriched") == 0 || strcmp(part->type, "text/richtext") == 0)
    whole = text_links_enriched(utf8, len, links, 0) && whole;
  if (part_is_delsp(tree, part))
    whole = text_links_flowed(utf8, len, links, 0) && whole;
  return whole;
}

/* What of a message was, and is still to be, searched for QR codes. */
typedef struct codes {
  QrSearch search;
  SplitPictures *split;
} Codes;

/* file: what was found of it as a file, or NULL. */
static void
inspect_text_part(const Tree *tree, Part *part, Codes *codes, gboolean own, Finding *file,
                  GPtrArray *findings)
{
  g_autoptr(Text) text = inspect_text(tree, part);
  g_autoptr(GArray) links = links_new();
  g_autoptr(GArray) active = g_array_new(FALSE, FALSE, sizeof(Active));
  gboolean shown = (part->flags & PART_HTML) && !(part->flags & PART_ATTACHMENT);
  g_autoptr(GArray) cues = g_array_new(FALSE, FALSE, sizeof(Cue));
  g_autoptr(HtmlGrid) grid = html_grid_new();
  HtmlPage page = {.links = links, .active = active, .grid = grid, .doubts = shown};
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(text->utf8, &len);

  if (len > LIMIT_TEXT || count_links(findings) >= LIMIT_LINKS) {
    add_anomaly(findings, part, ANOMALY_LIMIT,
                len > LIMIT_TEXT ? "text part over LIMIT_TEXT" : "more links than LIMIT_LINKS");
    return;
  }
  page.cues = !own && !(part->flags & PART_ATTACHMENT) ? cues : NULL;
  if (!find_links(tree, part, utf8, len, &page))
    add_anomaly(findings, part, ANOMALY_LIMIT, "more links than LIMIT_LINKS");
  if (readings_differ(tree, part, text, links))
    add_anomaly(findings, part, ANOMALY_READERS_DISAGREE, "an address that only one charset shows");
  inspect_codes(utf8, len, part, grid, &codes->search, links, findings);
  split_pictures_add(codes->split, utf8, links);
  add_links(findings, links, part);
  if (shown)
    add_page(findings, &page, utf8, part);
  else if (file != NULL)
    file->traits |= active_umbrella(html_active_traits(active));
  if (page.cues)
    add_cues(findings, &page, part);
}

/* A text part that holds what no text does (THREATS M-065). UTF-16 and UTF-32 hold NULs. */
static gboolean
looks_binary(const Tree *tree, Part *part)
{
  static const char *const magic[] = {"MZ",         "PK\3\4",           "%PDF-",
                                      "\177ELF",    "\xD0\xCF\x11\xE0", "Rar!",
                                      "7z\xBC\xAF", "\x1F\x8B",         "\x78\x9F\x3E\x22"};
  size_t len;
  const char *bytes = g_bytes_get_data(part_content(tree, part), &len);

  for (guint i = 0; i < G_N_ELEMENTS(magic); i++)
    if (len > strlen(magic[i]) && memcmp(bytes, magic[i], strlen(magic[i])) == 0)
      return TRUE;
  return FALSE;
}

/* What a reader would open as a page although it is not declared one (THREATS M-064). */
static gboolean
is_page(const Finding *file)
{
  return strcmp(file->content_type, "text/html") == 0 ||
         strcmp(file->content_type, "application/xhtml+xml") == 0 ||
         g_str_has_prefix(file->content_type, "image/svg");
}

/* Text under another type: by such a name some readers show it as text, links and all, and
 * systems open it as what it is. */
static gboolean
is_text_file(const Part *part, const Finding *file)
{
  static const char *const endings[] = {".txt", ".text", ".log", ".md",  ".csv",   ".tsv",
                                        ".ics", ".vcs",  ".ifb", ".vcf", ".vcard", NULL};

  if (!g_str_has_prefix(file->content_type, "text/"))
    return FALSE;
  if (strcmp(part->type, "application/ics") == 0 || strcmp(part->type, "application/vcard") == 0)
    return TRUE;
  return part_is_named(part, endings);
}

static gboolean
is_rich_text(const Tree *tree, Part *part)
{
  size_t len;
  const unsigned char *bytes = g_bytes_get_data(part_content(tree, part), &len);

  return rtf_is(part, bytes, len);
}

/* A file that is text has its links edited like those of a body; what lies deeper in it stays. So
 * do those of XML that browsers show as a page: nobody edits these. */
static void
drop_own_links(const Part *part, GBytes *content, GPtrArray *findings, guint first)
{
  const Finding *file = g_ptr_array_index(findings, first);
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  if (!(part->flags & PART_HTML) && called_page(file->names, file->content_type, bytes, len))
    return;
  guint kept = first;

  for (guint i = first; i < findings->len; i++) {
    Finding *finding = g_ptr_array_index(findings, i);
    const gboolean own = finding->kind == FINDING_LINK && strcmp(finding->path, file->path) == 0;

    findings->pdata[i] = findings->pdata[kept];
    findings->pdata[kept] = finding;
    kept += !own;
  }
  g_ptr_array_set_size(findings, (int)kept);
}

static void
inspect_file(Tree *tree, Part *part, FileScanner *scanner, GPtrArray *findings)
{
  guint first = findings->len;

  file_inspect(scanner, part_content(tree, part), part->names, part->type, part->index, findings);
  if (first >= findings->len)
    return;
  if (part->flags & (PART_HTML | PART_TEXT))
    ; /* by its declared type */
  else if (is_page(g_ptr_array_index(findings, first)))
    part->flags |= PART_HTML;
  else if (is_text_file(part, g_ptr_array_index(findings, first)) || is_rich_text(tree, part))
    part->flags |= PART_TEXT;
  if (part->flags & (PART_HTML | PART_TEXT))
    drop_own_links(part, part_content(tree, part), findings, first);
}

/* "REMOVED-letters-and-digits" and one ending (milter/rewrite/placeholder.c). */
static gboolean
is_note_name(const char *name, const char *ending)
{
  if (!g_str_has_prefix(name, "REMOVED-") || !g_utf8_validate(name, -1, NULL))
    return FALSE;
  while (*name == '-' || g_unichar_isalnum(g_utf8_get_char(name)))
    name = g_utf8_next_char(name);
  return strcmp(name, ending) == 0;
}

/* The same before RFC 2231 is undone, as some readers show it. */
static gboolean
is_coded_name(const char *name, const char *ending)
{
  while (*name == '-' || *name == '%' || *name == '\'' || g_ascii_isalnum(*name))
    name++;
  return strcmp(name, ending) == 0;
}

static gboolean
has_note_name(const Part *part, const char *ending)
{
  if (part->names->len == 0 || !is_note_name(g_ptr_array_index(part->names, 0), ending))
    return FALSE;
  for (guint i = 1; i < part->names->len; i++)
    if (!is_coded_name(g_ptr_array_index(part->names, i), ending))
      return FALSE;
  return TRUE;
}

static gboolean
is_only_text(const char *bytes, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if ((guchar)bytes[i] < 0x20 && strchr("\t\r\n", bytes[i]) == NULL)
      return FALSE;
  return len > 0 && memchr(bytes, 0, len) == NULL && g_utf8_validate(bytes, (gssize)len, NULL);
}

static gboolean
is_plain_tag(const HtmlToken *token)
{
  static const char *const tags[] = {"html", "head", "title", "body", "div", "span",
                                     "p",    "br",   "b",     "bdi",  NULL};
  static const char *const attributes[] = {"lang", "dir", "style", NULL};

  for (unsigned i = 0; i < token->nattributes; i++)
    if (!g_strv_contains(attributes, token->attributes[i].name))
      return FALSE;
  return g_strv_contains(tags, token->name);
}

/* A page that can do nothing but show text. */
static gboolean
is_plain_page(const char *bytes, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new((const unsigned char *)bytes, len);
  const HtmlToken *token;

  while ((token = html_tokenizer_next(tokenizer))->type != HTML_EOF)
    if (token->type == HTML_COMMENT || (token->type == HTML_START_TAG && !is_plain_tag(token)))
      return FALSE;
  return TRUE;
}

/* What we put in the place of a removed file. Were it a file itself, a rule that removes all files
 * would remove it in turn, again and again. Anybody may send the like of it: it is text to read,
 * which in a message's body is no file either, and its links are looked at like those. */
static gboolean
is_removal_note(const Tree *tree, Part *part)
{
  size_t len;
  const char *bytes = g_bytes_get_data(part_content(tree, part), &len);

  if (len > LIMIT_NOTE || !is_only_text(bytes, len) || g_strcmp0(part->charset, "utf-8") != 0)
    return FALSE;
  if (strcmp(part->type, "text/plain") == 0)
    return has_note_name(part, ".txt");
  return strcmp(part->type, "text/html") == 0 && has_note_name(part, ".html") &&
         is_plain_page(bytes, len);
}

/* `first`: of the findings about this part. */
static void
inspect_picture(const Tree *tree, Part *part, QrSearch *search, GPtrArray *findings, guint first)
{
  Finding *file = first < findings->len ? g_ptr_array_index(findings, first) : NULL;
  g_autoptr(GArray) links = links_new();
  size_t len;
  const unsigned char *bytes = g_bytes_get_data(part_content(tree, part), &len);

  if (file == NULL || file->kind != FINDING_FILE)
    return;
  if (!qr_links(search, bytes, len, file->content_type, file->sha256, links))
    file->traits |= TRAIT(QR_UNREAD);
  add_links(findings, links, part);
}

static void
inspect_leaf(Tree *tree, Part *part, FileScanner *scanner, Codes *codes, gboolean own,
             GPtrArray *findings)
{
  gboolean text = (part->flags & (PART_HTML | PART_TEXT)) != 0;
  gboolean named = (part->flags & PART_ATTACHMENT) || part->names->len > 0;
  guint first = findings->len;

  if (!text || (named && !is_removal_note(tree, part)) || looks_binary(tree, part))
    inspect_file(tree, part, scanner, findings);
  if (part->flags & (PART_HTML | PART_TEXT))
    inspect_text_part(tree, part, codes, own,
                      first < findings->len ? g_ptr_array_index(findings, first) : NULL, findings);
  else
    inspect_picture(tree, part, &codes->search, findings, first);
  if ((part->flags & (PART_HTML | PART_TEXT)) == PART_TEXT)
    inspect_card_files(tree, part, scanner, findings, first);
}

/* A reader saves a message, or S/MIME, under the name that it came with: then the name says what it
 * is. */
static void
inspect_carrier(Tree *tree, Part *part, FileScanner *scanner, GPtrArray *findings)
{
  gboolean smime = (part->flags & PART_OPAQUE) != 0;
  gboolean odd = FALSE;

  for (guint i = 0; i < part->names->len && !odd; i++) {
    g_autofree char *name = g_ascii_strdown(g_ptr_array_index(part->names, i), -1);

    odd = strchr(name, '.') != NULL &&
          !(smime ? g_str_has_suffix(name, ".p7m") || g_str_has_suffix(name, ".p7z")
                  : g_str_has_suffix(name, ".eml"));
  }
  if (odd)
    inspect_file(tree, part, scanner, findings);
}

/* The innermost part that an anomaly lies in. */
static unsigned
part_at(const Tree *tree, const Anomaly *anomaly)
{
  unsigned found = 0;

  for (guint i = 0; i < tree->parts->len; i++) {
    const Part *part = tree_part(tree, i);
    Range whole = {part->header.off, range_end(part->body) - part->header.off};

    if (part->layer == anomaly->layer && range_holds(whole, anomaly->at))
      found = i;
  }
  return found;
}

static void
add_anomalies(const Tree *tree, GPtrArray *findings)
{
  for (guint i = 0; i < tree->anomalies->len; i++) {
    const Anomaly *anomaly = &g_array_index(tree->anomalies, Anomaly, i);
    Finding *finding = finding_new(FINDING_ANOMALY, part_at(tree, anomaly));

    finding->anomaly = anomaly->kind;
    finding->at = anomaly->at;
    finding->layer = anomaly->layer;
    finding->detail = anomaly->detail;
    g_ptr_array_add(findings, finding);
  }
}

static void
add_split_code(const Part *part, GArray *links, void *findings)
{
  add_links(findings, links, part);
}

GPtrArray *
inspect_run(Tree *tree, FileScanner *scanner, gboolean own)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(SplitPictures) split = split_pictures_new();
  Codes codes = {.split = split};

  file_scanner_begin(scanner);
  add_anomalies(tree, findings);
  for (guint i = 0; i < tree->parts->len; i++) {
    Part *part = tree_part(tree, i);

    inspect_fields(tree, part, findings);
    if (part->flags & (PART_MESSAGE | PART_OPAQUE))
      inspect_carrier(tree, part, scanner, findings);
    else if (!(part->flags & PART_MULTIPART))
      inspect_leaf(tree, part, scanner, &codes, own, findings);
    part_forget_large(part);
  }
  if (!split_pictures_search(split, tree, &codes.search.pixels, add_split_code, findings))
    add_anomaly(findings, tree_part(tree, 0), ANOMALY_LIMIT, "more pictures than LIMIT_PICTURES");
  qr_search_clear(&codes.search);
  inspect_sender(tree, findings);
  return findings;
}
