/* disarm_pdf.c - PDF (ISO 32000), with qpdf.
 *
 * A PDF is a graph of objects. Everything that can be reached from the trailer is looked at, once
 * each; what acts is an action (a dictionary whose /S says which), a key that holds one, a script
 * or a file, or an annotation that plays something, and goes from the dictionary or array that
 * holds it. What is written is what can be reached then: the file as it was before an update, and
 * whatever else stood between its objects, is not. Streams keep their compressed bytes. Of links to
 * addresses those go that rules about links say so of; the words, and the frame around them, stay.
 * Encryption that needs no password is undone. All of qpdf's errors stay in its handle and are
 * asked for at the end. */
#include "pdf_graph.h"

#include <malloc.h>
#include <string.h>

#include "bounds.h"
#include "document.h"
#include "error.h"
#include "headroom.h"
#include "pdf_content.h"

/* Entries of a PDF that leave megabytes behind. */
#define MANY 10000

typedef struct sign {
  const char *name;
  BitSet traits;
} Sign;

/* Actions by their /S (12.6.4). Those that stay: GoTo, URI, Named, Hide, ResetForm, Thread,
 * SetOCGState, Trans. */
static const Sign actions[] = {
    {"/JavaScript", TRAIT(PDF_JAVASCRIPT)}, {"/Launch", TRAIT(PDF_LAUNCH)},
    {"/GoToE", TRAIT(PDF_ACTION)},          {"/GoToR", TRAIT(PDF_ACTION)},
    {"/ImportData", TRAIT(PDF_ACTION)},     {"/SubmitForm", TRAIT(PDF_ACTION)},
    {"/Rendition", TRAIT(PDF_MEDIA)},       {"/Movie", TRAIT(PDF_MEDIA)},
    {"/Sound", TRAIT(PDF_MEDIA)},           {"/RichMediaExecute", TRAIT(PDF_MEDIA)},
    {"/GoTo3DView", TRAIT(PDF_MEDIA)},
};

/* Annotations by their /Subtype (12.5.6). */
static const Sign annotations[] = {
    {"/RichMedia", TRAIT(PDF_MEDIA)}, {"/Movie", TRAIT(PDF_MEDIA)},
    {"/Screen", TRAIT(PDF_MEDIA)},    {"/Sound", TRAIT(PDF_MEDIA)},
    {"/3D", TRAIT(PDF_MEDIA)},        {"/FileAttachment", TRAIT(EMBEDDED_FILE)},
};

/* Keys that go whatever they hold. */
static const Sign keys[] = {
    {"/JavaScript", TRAIT(PDF_JAVASCRIPT)},   {"/XFA", TRAIT(XFA)},
    {"/EmbeddedFiles", TRAIT(EMBEDDED_FILE)}, {"/EF", TRAIT(EMBEDDED_FILE)},
    {"/Collection", TRAIT(EMBEDDED_FILE)},    {"/RichMediaContent", TRAIT(PDF_MEDIA)},
    {"/NeedsRendering", TRAIT(XFA)},
};

static BitSet
sign_of(const char *name, const Sign *signs, size_t count)
{
  for (size_t i = 0; name && i < count; i++)
    if (strcmp(name, signs[i].name) == 0)
      return signs[i].traits;
  return 0;
}

/* The value of a key where it is a name; NULL otherwise. Valid until the next call into qpdf. */
static BitSet
named_sign(const Pdf *pdf, qpdf_oh dictionary, const char *key, const Sign *signs, size_t count)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  BitSet traits = 0;

  if (qpdf_oh_is_name(pdf->qpdf, value))
    traits = sign_of(qpdf_oh_get_name(pdf->qpdf, value), signs, count);
  qpdf_oh_release(pdf->qpdf, value);
  return traits;
}

/* The address of a link; new string, or NULL. */
static char *
address_of(const Pdf *pdf, qpdf_oh action)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, action, "/URI");
  size_t len = 0;
  const char *bytes = pdf_address_bytes(pdf, value, &len);
  char *address = bytes ? pdf_string_text(bytes, len) : NULL;

  qpdf_oh_release(pdf->qpdf, value);
  return address;
}

/* A link whose address is a script. */
static BitSet
address_traits(const Pdf *pdf, qpdf_oh action)
{
  g_autofree char *address = address_of(pdf, action);

  return address && g_ascii_strncasecmp(g_strchug(address), "javascript:", 11) == 0
             ? TRAIT(PDF_JAVASCRIPT)
             : 0;
}

/* An object that must not be there: an action that does more than to move, something that plays. */
static BitSet
object_traits(const Pdf *pdf, qpdf_oh object)
{
  BitSet traits = 0;

  if (!qpdf_oh_is_dictionary(pdf->qpdf, object))
    return 0;
  if (qpdf_oh_has_key(pdf->qpdf, object, "/S"))
    traits = named_sign(pdf, object, "/S", actions, G_N_ELEMENTS(actions));
  if (!traits && qpdf_oh_has_key(pdf->qpdf, object, "/Rect"))
    traits = named_sign(pdf, object, "/Subtype", annotations, G_N_ELEMENTS(annotations));
  if (!traits && qpdf_oh_has_key(pdf->qpdf, object, "/URI"))
    traits = address_traits(pdf, object);
  return traits && pdf_key_is(pdf, object, "/Type", "/StructElem") ? 0 : traits;
}

/* --- addresses --- */

/* A string, as it is read to a NUL and beyond it. */
static gboolean
string_is_dead(Pdf *pdf, LinkUse use, qpdf_oh value)
{
  size_t len = 0;
  const char *bytes = (use == LINK_FOLLOW ? pdf_address_bytes : pdf_string_bytes)(pdf, value, &len);
  g_autofree char *address = bytes ? pdf_string_text(bytes, len) : NULL;
  g_autofree char *beyond = bytes ? pdf_string_beyond(bytes, len) : NULL;
  const gboolean dead = pdf_is_dead(pdf, use, address);

  return pdf_is_dead(pdf, use, beyond) || dead;
}

/* An action with an address that is to lead nowhere. */
static gboolean
leads_to_dead(Pdf *pdf, qpdf_oh object, PdfType type)
{
  qpdf_oh value;
  gboolean dead;

  if (type != ot_dictionary || !qpdf_oh_has_key(pdf->qpdf, object, "/URI"))
    return FALSE;
  value = qpdf_oh_get_key(pdf->qpdf, object, "/URI");
  dead = string_is_dead(pdf, LINK_FOLLOW, value);
  qpdf_oh_release(pdf->qpdf, value);
  return dead;
}

/* The base of addresses; a file that is one (SubmitForm, GoToR, Launch, ImportData); words that are
 * meant by what is shown; the action of an annotation. */
static gboolean
entry_is_dead(Pdf *pdf, const char *key, qpdf_oh value, PdfType type)
{
  const PdfKey *known = pdf_key_find(key + 1);

  if (!known || known->use == LINK_FOLLOW) /* with the action that it stands in */
    return leads_to_dead(pdf, value, type);
  return known->text ? pdf_words_are_dead(pdf, value) : string_is_dead(pdf, known->use, value);
}

/* What happens by itself as the document or a page is opened; a mere place to go to may stay. */
static BitSet
opening_traits(const Pdf *pdf, qpdf_oh value)
{
  if (!qpdf_oh_is_dictionary(pdf->qpdf, value) || pdf_key_is(pdf, value, "/S", "/GoTo"))
    return 0;
  return TRAIT(PDF_OPEN_ACTION);
}

static BitSet
entry_traits(const Pdf *pdf, const char *key, qpdf_oh value)
{
  BitSet traits = sign_of(key, keys, G_N_ELEMENTS(keys));

  if (traits)
    return traits;
  if (strcmp(key, "/JS") == 0 &&
      (qpdf_oh_is_string(pdf->qpdf, value) || qpdf_oh_is_stream(pdf->qpdf, value)))
    return TRAIT(PDF_JAVASCRIPT);
  /* A font may have that name. */
  if (strcmp(key, "/AA") == 0 && qpdf_oh_is_dictionary(pdf->qpdf, value) &&
      !pdf_key_is(pdf, value, "/Type", "/Font"))
    return TRAIT(PDF_OPEN_ACTION);
  if (strcmp(key, "/OpenAction") == 0)
    traits = opening_traits(pdf, value);
  return traits | object_traits(pdf, value);
}

/* --- the graph --- */

static gboolean
is_active(const Pdf *pdf)
{
  return pdf->disarming && pdf->disarming->orders->active;
}

/* Takes the handle over. */
static void
visit_later(Pdf *pdf, qpdf_oh object, PdfType type)
{
  gboolean container = pdf_type_holds(type);

  if (container && qpdf_oh_is_indirect(pdf->qpdf, object))
    container = pdf_object_add(pdf, pdf->visited, object);
  if (container)
    g_array_append_val(pdf->open, object);
  else
    qpdf_oh_release(pdf->qpdf, object);
}

/* What a name shows by itself. */
static void
see_name(Pdf *pdf, const char *name, gboolean key)
{
  pdf->shown |= pdf_name_traits(name, key);
  pdf->doubt |= pdf_name_may_end((const unsigned char *)name, strlen(name));
}

/* Tags go, or what is in their first dictionary is looked at last. Takes value over. */
static void
leave_tags_out(Pdf *pdf, qpdf_oh dictionary, const char *key, qpdf_oh value)
{
  if (pdf->found) {
    g_array_append_val(pdf->tags, value);
    return;
  }
  qpdf_oh_remove_key(pdf->qpdf, dictionary, key);
  qpdf_oh_remove_key(pdf->qpdf, dictionary, "/MarkInfo");
  qpdf_oh_release(pdf->qpdf, value);
}

static void
clean_entry(Pdf *pdf, qpdf_oh dictionary, const char *key)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  const PdfType type = pdf_type(pdf, value);
  BitSet traits = is_active(pdf) ? entry_traits(pdf, key, value) : 0;
  const gboolean dead = !traits && entry_is_dead(pdf, key, value, type);

  if (pdf->found)
    see_name(pdf, key + 1, TRUE);
  if (pdf->found && type == ot_name)
    see_name(pdf, qpdf_oh_get_name(pdf->qpdf, value) + 1, FALSE);
  pdf->links += dead;
  if (traits || dead) {
    qpdf_oh_remove_key(pdf->qpdf, dictionary, key);
    qpdf_oh_release(pdf->qpdf, value);
    pdf->removed |= traits;
  } else if (pdf_is_tag(pdf, key, type)) {
    leave_tags_out(pdf, dictionary, key, value);
  } else {
    visit_later(pdf, value, type);
    if (strcmp(key, "/XFA") == 0)
      pdf_xfa_look(pdf, dictionary, key);
  }
}

static void
clean_dictionary(Pdf *pdf, qpdf_oh dictionary, gboolean tag)
{
  g_autoptr(GPtrArray) names = pdf_dictionary_keys(pdf, dictionary);

  pdf->seen += names->len;
  pdf->signature |= qpdf_oh_has_key(pdf->qpdf, dictionary, "/ByteRange");
  for (guint i = 0; i < names->len && pdf->seen <= LIMIT_PDF_ENTRIES; i++) {
    const char *key = g_ptr_array_index(names, i);

    if (!tag || !pdf_leads_to_tags(key))
      clean_entry(pdf, dictionary, key);
  }
}

static void
clean_array(Pdf *pdf, qpdf_oh array)
{
  int count = qpdf_oh_get_array_n_items(pdf->qpdf, array);

  pdf->seen += (unsigned)MAX(count, 0);
  if (pdf->seen > LIMIT_PDF_ENTRIES)
    return;
  for (int i = count; i-- > 0;) {
    qpdf_oh item = qpdf_oh_get_array_item(pdf->qpdf, array, i);
    const PdfType type = pdf_type(pdf, item);
    BitSet traits = is_active(pdf) ? object_traits(pdf, item) : 0;
    const gboolean dead = !traits && leads_to_dead(pdf, item, type);

    pdf->links += dead;
    if (traits || dead) {
      qpdf_oh_erase_item(pdf->qpdf, array, i);
      qpdf_oh_release(pdf->qpdf, item);
      pdf->removed |= traits;
    } else {
      visit_later(pdf, item, type);
    }
  }
}

static void
clean_container(Pdf *pdf, qpdf_oh container)
{
  const PdfType type = pdf_type(pdf, container);

  if (type == ot_array) {
    clean_array(pdf, container);
  } else if (type == ot_stream) {
    qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, container);

    pdf_picture_judge(pdf, container, dictionary);
    clean_dictionary(pdf, dictionary, FALSE);
    qpdf_oh_release(pdf->qpdf, dictionary);
  } else {
    clean_dictionary(pdf, container, FALSE);
  }
}

static const char *
clean_graph(Pdf *pdf)
{
  const qpdf_oh trailer = qpdf_get_trailer(pdf->qpdf);

  visit_later(pdf, trailer, pdf_type(pdf, trailer));
  while (pdf->open->len + pdf->tags->len > 0) {
    const gboolean tag = pdf->open->len == 0;
    qpdf_oh container = pdf_take(tag ? pdf->tags : pdf->open);

    pdf->seen++;
    if (tag)
      clean_dictionary(pdf, container, TRUE);
    else
      clean_container(pdf, container);
    qpdf_oh_release(pdf->qpdf, container);
    if (pdf->seen > LIMIT_PDF_ENTRIES)
      return "too many objects";
    if (qpdf_has_error(pdf->qpdf))
      return "objects that cannot be read";
  }
  return NULL;
}

/* Those that are known, where the graph is not looked at. */
static void
judge_pictures(Pdf *pdf)
{
  for (guint i = 0; i < pdf->pictures->len; i++) {
    const PdfId *id = &g_array_index(pdf->pictures, PdfId, i);
    qpdf_oh stream = qpdf_get_object_by_id(pdf->qpdf, id->number, id->generation);

    if (qpdf_oh_is_stream(pdf->qpdf, stream) && pdf_object_add(pdf, pdf->visited, stream)) {
      qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, stream);

      pdf_picture_judge(pdf, stream, dictionary);
      qpdf_oh_release(pdf->qpdf, dictionary);
    }
    qpdf_oh_release(pdf->qpdf, stream);
  }
}

/* --- reading and writing --- */

/* The same bytes must come out each time: no random identifier, and no time in it. */
static GBytes *
write_pdf(const Pdf *pdf, gsize len)
{
  Headroom headroom;
  const unsigned char *bytes;
  gboolean written;

  if (qpdf_init_write_memory(pdf->qpdf) & QPDF_ERRORS)
    return NULL;
  qpdf_set_deterministic_ID(pdf->qpdf, TRUE);
  qpdf_set_preserve_encryption(pdf->qpdf, FALSE);
  qpdf_set_stream_data_mode(pdf->qpdf, qpdf_s_preserve);
  qpdf_set_object_stream_mode(pdf->qpdf, qpdf_o_preserve);
  if (headroom_lower(&headroom, LIMIT_PDF_WRITER + 2 * len) != 0)
    return NULL;
  written = !(qpdf_write(pdf->qpdf) & QPDF_ERRORS) && headroom.met == 0;
  headroom_end(&headroom);
  if (!written)
    return NULL;
  bytes = qpdf_get_buffer(pdf->qpdf);
  return bytes ? g_bytes_new(bytes, qpdf_get_buffer_length(pdf->qpdf)) : NULL;
}

static const char *
read_pdf(Pdf *pdf, GBytes *content)
{
  gsize len = 0;
  const char *bytes = g_bytes_get_data(content, &len);
  const char *why = (pdf->pictures ? pdf_load_shown : pdf_load)(pdf, bytes, len);

  if (why)
    return why;
  if (pdf_wants_links(pdf)) /* before they lose what they name */
    pdf_words_look(pdf);
  if (pdf->cut && !pdf->found)
    return "more words than can be read";
  if (pdf->pictures)
    judge_pictures(pdf);
  else
    why = clean_graph(pdf);
  if (!why)
    pdf_pages_judge(pdf);
  return why ? why : qpdf_has_error(pdf->qpdf) ? "objects that cannot be read" : NULL;
}

static void
pdf_init(Pdf *pdf, const Disarming *disarming)
{
  *pdf = (Pdf){.qpdf = qpdf_init(),
               .disarming = disarming,
               .content = LIMIT_PDF_CONTENT,
               .room = LIMIT_PDF_CODES,
               .glyphs = LIMIT_PDF_GLYPHS_ALL};
  qpdf_set_suppress_warnings(pdf->qpdf, TRUE);
  qpdf_silence_errors(pdf->qpdf);
  pdf->open = g_array_new(FALSE, FALSE, sizeof(qpdf_oh));
  pdf->tags = g_array_new(FALSE, FALSE, sizeof(qpdf_oh));
  pdf->visited = pdf_objects_new();
  pdf->fonts =
      g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)pdf_font_free);
  pdf->drawn = pdf_objects_new();
}

static void
pdf_clear(Pdf *pdf)
{
  g_array_unref(pdf->open);
  g_array_unref(pdf->tags);
  g_hash_table_unref(pdf->visited);
  g_hash_table_unref(pdf->fonts);
  g_hash_table_unref(pdf->drawn);
  /* An error that nobody asked for would be told on standard error. */
  while (qpdf_has_error(pdf->qpdf))
    qpdf_get_error(pdf->qpdf);
  qpdf_cleanup(&pdf->qpdf);
  if (pdf->full || pdf->seen > MANY) /* small places, which would stay with the process */
    malloc_trim(0);
}

/* Damaged files are repaired as they are read, and what was written may be read otherwise. */
static gboolean
is_as_meant(GBytes *clean, int pages, const Disarming *disarming)
{
  Pdf pdf;
  gboolean good;

  pdf_init(&pdf, disarming);
  good = !read_pdf(&pdf, clean) && pdf.pages == pages && !pdf.removed && pdf.links == 0;
  pdf_clear(&pdf);
  return good;
}

GBytes *
disarm_pdf(GBytes *content, Disarming *disarming, GError **error)
{
  Pdf pdf;
  GBytes *clean = NULL;
  const char *why;
  gboolean changed;

  pdf_init(&pdf, disarming);
  why = read_pdf(&pdf, content);
  changed = pdf.removed || pdf.links > 0;
  if (!why)
    clean = changed ? write_pdf(&pdf, g_bytes_get_size(content)) : g_bytes_ref(content);
  pdf_clear(&pdf);
  if (clean && changed && !is_as_meant(clean, pdf.pages, disarming))
    g_clear_pointer(&clean, g_bytes_unref);
  if (clean) {
    disarming->taken.traits |= pdf.removed | (changed && pdf.signature ? TRAIT(SIGNED) : 0);
    disarming->taken.links += pdf.links;
    disarming->taken.tags |= changed && pdf.untagged;
  } else {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "PDF: %s", why ? why : "cannot be written");
  }
  return clean;
}

/* Does a warning tell of what every reader mends alike, or none reads? Names from the file stand in
 * others, but not in front. */
static gboolean
is_harmless(const char *text)
{
  static const char *const harmless[] = {
      "reported number of objects",
      "invalid /ID in trailer",
      "object has offset 0",
      "extraneous whitespace seen before xref",
      "expected endobj",
      "EOF after endobj",
      "expected endstream",
      "attempting to recover stream length",
      "recovered stream length",
  };

  for (size_t i = 0; i < G_N_ELEMENTS(harmless); i++)
    if (g_str_has_prefix(text, harmless[i]))
      return TRUE;
  return g_str_has_prefix(text, "supposed object stream ") &&
         g_str_has_suffix(text, " has wrong type"); /* and it is read */
}

/* Was something left out, or mended, that others may read? */
static gboolean
was_mended(const Pdf *pdf)
{
  gboolean mended = FALSE;

  while (qpdf_more_warnings(pdf->qpdf)) {
    const qpdf_error warning = qpdf_next_warning(pdf->qpdf);

    mended |= qpdf_get_error_code(pdf->qpdf, warning) == qpdf_e_damaged_pdf &&
              !is_harmless(qpdf_get_error_message_detail(pdf->qpdf, warning));
  }
  return mended;
}

/* Why a look at a PDF ended early. */
static BitSet
early_traits(const Pdf *pdf)
{
  if (pdf->full || pdf->seen > LIMIT_PDF_ENTRIES)
    return TRAIT(LIMIT);
  return qpdf_has_error(pdf->qpdf) &&
                 qpdf_get_error_code(pdf->qpdf, qpdf_get_error(pdf->qpdf)) == qpdf_e_password
             ? TRAIT(ENCRYPTED)
             : TRAIT(CORRUPT);
}

static void
find_addresses(const unsigned char *bytes, size_t len, const GArray *pictures, PdfFound *found)
{
  g_autoptr(GBytes) content = g_bytes_new_static(bytes, len);
  const char *why;
  gboolean failed;
  Pdf pdf;

  pdf_init(&pdf, NULL);
  pdf.found = found;
  pdf.pictures = pictures;
  why = read_pdf(&pdf, content);
  failed = why && qpdf_has_error(pdf.qpdf); /* of which the next asks */
  found->traits = pdf.shown | (why ? early_traits(&pdf) : 0);
  found->unseen = failed && (found->traits & TRAIT(CORRUPT));
  found->doubt = pdf.doubt;
  found->mended = was_mended(&pdf);
  found->unread = pdf.unread;
  found->cut = pdf.cut;
  pdf_clear(&pdf);
}

void
pdf_addresses(const unsigned char *bytes, size_t len, PdfFound *found)
{
  find_addresses(bytes, len, NULL, found);
}

void
pdf_shown_addresses(const unsigned char *bytes, size_t len, const GArray *pictures, PdfFound *found)
{
  find_addresses(bytes, len, pictures, found);
}
