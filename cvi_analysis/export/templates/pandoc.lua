-- Runs inside `pandoc lua` as a coprocess: one JSON request a line in, one JSON answer a line out.
--
-- Request:  {"items": [{"text": …, "source": "markdown|html|latex", "target": "html|typst"}, …]}
-- Answer:   {"items": [{"text": …, "math": […], "images": […], "headings": […], "links": […]}
--                      or {"error": …}, …]}
--
-- What only the exporter can decide (heading levels, image files, alternative text, link targets)
-- is left in Typst output as a token, U+F5A0 letter number U+F5A1, that it fills in later.

local json = pandoc.json
local tables = dofile((arg[0]:gsub('pandoc%.lua$', 'tables.lua')))
local OPEN, CLOSE = utf8.char(0xF5A0), utf8.char(0xF5A1)

local MARKDOWN = 'commonmark+pipe_tables+tex_math_dollars+footnotes+task_lists+strikeout'
  .. '+autolink_bare_uris+raw_html+definition_lists'
local READERS = { markdown = MARKDOWN, html = 'html+tex_math_dollars-native_spans',
                  latex = 'latex' }

local html_options = pandoc.WriterOptions {
  html_math_method = 'mathml', identifier_prefix = 'CELLPREFIX-', wrap_text = 'none' }
local typst_options = pandoc.WriterOptions { wrap_text = 'none' }

local function token(kind, list) return OPEN .. kind .. #list .. CLOSE end
local function typst(inlines)
  local text = pandoc.write(pandoc.Pandoc { pandoc.Plain(inlines) }, 'typst', typst_options)
  return (text:gsub('%s+$', ''))
end
local function is_html(format) return format:match('^html') ~= nil end

-- Scripts in Markdown are shown as text: a Markdown cell is prose, whatever a name in it says.
local function disarmed(text)
  return (text:gsub('<(/?[Ss][Cc][Rr][Ii][Pp][Tt])', '&lt;%1'))
end

local html_filter = {
  RawInline = function(raw)
    if is_html(raw.format) and raw.text:lower():match('^</?script') then
      return pandoc.Str(raw.text)
    end
  end,
  RawBlock = function(raw)
    if is_html(raw.format) then return pandoc.RawBlock('html', disarmed(raw.text)) end
  end,
  CodeBlock = function(code)  -- no highlighting spans: plain, small, readable
    code.classes = code.classes:filter(function(c) return c ~= 'sourceCode' end)
    local language = code.classes[1]
    local text = code.text:gsub('&', '&amp;'):gsub('<', '&lt;'):gsub('>', '&gt;')
    local attribute = language and language:match('^[%w_+-]+$')
      and ' class="language-' .. language .. '"' or ''
    return pandoc.RawBlock('html', '<pre class="code"><code' .. attribute .. '>' .. text
      .. '</code></pre>')
  end,
}

local INLINE_BREAKS = { br = true, ['br/'] = true }
local INLINE_TAGS = {
  sub = pandoc.Subscript, sup = pandoc.Superscript, b = pandoc.Strong, strong = pandoc.Strong,
  i = pandoc.Emph, em = pandoc.Emph, s = pandoc.Strikeout, del = pandoc.Strikeout,
  u = pandoc.Underline, small = pandoc.Span, mark = pandoc.Strong }

-- `H<sub>2</sub>O` arrives as raw tags around text: what stands between a pair becomes one inline.
local function pair_tags(inlines)
  local result, i = pandoc.List {}, 1
  while i <= #inlines do
    local item, made = inlines[i], nil
    local name = item.t == 'RawInline' and is_html(item.format)
      and item.text:lower():match('^<(%w+)[^>]*>$')
    if name and INLINE_TAGS[name] then
      for j = i + 1, #inlines do
        local other = inlines[j]
        if other.t == 'RawInline' and other.text:lower():match('^</' .. name .. '%s*>$') then
          local inside = pandoc.List {}
          for k = i + 1, j - 1 do inside[#inside + 1] = inlines[k] end
          made = INLINE_TAGS[name](pair_tags(inside))
          i = j
          break
        end
      end
    end
    result[#result + 1] = made or item
    i = i + 1
  end
  return pandoc.Inlines(result)
end

local function numeric(blocks)
  local text = pandoc.utils.stringify(blocks):gsub('%s', '')
  if text == '' or text == 'NaN' or text == '—' or text == '–' then return nil end
  return text:match('^[-+−($]*[%d.,]+%%?%)?$') ~= nil
end

-- Columns with no alignment of their own and nothing but figures in them are right-aligned.
local function align_figures(tbl)
  local seen, other = {}, {}
  for _, body in ipairs(tbl.bodies) do
    for _, row in ipairs(body.body) do
      for i, cell in ipairs(row.cells) do
        local found = numeric(cell.contents)
        if cell.col_span > 1 or cell.row_span > 1 or found == false then other[i] = true
        elseif found then seen[i] = true end
      end
    end
  end
  for i, spec in ipairs(tbl.colspecs) do
    if spec[1] == pandoc.AlignDefault and seen[i] and not other[i] then
      tbl.colspecs[i] = { pandoc.AlignRight, spec[2] }
    end
  end
end

local function typst_filters(out)
  local inner = {
    Math = function(math)
      local body = typst { math }
      if body:sub(1, 1) ~= '$' then  -- not understood: shown as it was written
        return pandoc.Code(math.text)
      end
      -- A comma in braces separates thousands, which MathML can not tell from a list.
      local plain = pandoc.Math(math.mathtype, (math.text:gsub('{,}', '\\text{,}')))
      out.math[#out.math + 1] = pandoc.write(
        pandoc.Pandoc { pandoc.Plain { plain } }, 'html', html_options)
      return pandoc.RawInline('typst', '#{ set math.equation(alt: "' .. token('M', out.math)
        .. '"); ' .. body .. ' }')
    end,
    Image = function(image)
      out.images[#out.images + 1] = {
        src = image.src, alt = pandoc.utils.stringify(image.caption), title = image.title,
        width = image.attributes.width or '' }
      return pandoc.RawInline('typst', token('I', out.images))
    end,
    RawInline = function(raw)
      if not is_html(raw.format) then return nil end
      local tag = raw.text:lower():match('^</?%s*([%w/]+)') or ''
      if INLINE_BREAKS[tag] then return pandoc.LineBreak() end
      if tag == 'script' then return pandoc.Str(raw.text) end
      if tag == 'img' then return pandoc.utils.blocks_to_inlines(
        pandoc.read(raw.text, 'html').blocks) end
      return {}
    end,
    RawBlock = function(raw)
      if not is_html(raw.format) then return nil end
      local text = disarmed(raw.text)
      if text:match('^%s*<!%-%-') then return {} end
      return pandoc.read(text, READERS.html).blocks:map(function(block)
        return block.t == 'Plain' and pandoc.Para(block.content) or block
      end)
    end,
  }
  local links = {
    Link = function(link)
      if link.target:lower():match('^%s*javascript:') or link.target == '' then
        return link.content
      end
      if link.target:sub(1, 1) == '#' then
        out.links[#out.links + 1] = link.target:sub(2)
        local inlines = pandoc.List { pandoc.RawInline('typst', token('L', out.links) .. '[') }
        inlines:extend(link.content)
        inlines:insert(pandoc.RawInline('typst', ']'))
        return inlines
      end
    end,
    Table = function(tbl)
      align_figures(tbl)
      for _, row in ipairs(tbl.head.rows) do
        for _, cell in ipairs(row.cells) do cell.contents = cell.contents:walk {
          Plain = function(p) return pandoc.Plain { pandoc.Strong(p.content) } end } end
      end
      return tbl
    end,
    Span = function(span) return span.content end,
  }
  local outline = {
    Header = function(header)
      out.headings[#out.headings + 1] = {
        level = header.level, text = pandoc.utils.stringify(header.content),
        id = header.identifier }
      return pandoc.RawBlock('typst', token('H', out.headings) .. ' '
        .. typst(header.content):gsub('%s*\n%s*', ' '))
    end,
    Div = function(div)
      local blocks = div.content
      if div.classes:includes('callout') then
        blocks:insert(1, pandoc.RawBlock('typst', '#callout['))
        blocks:insert(pandoc.RawBlock('typst', ']'))
      end
      return blocks
    end,
    BulletList = function(list)
      local open, items = '#task-list(', {}
      for _, item in ipairs(list.content) do
        local text = pandoc.utils.stringify(pandoc.Blocks { item[1] })
        if not (text:match('^☐') or text:match('^☒')) then return nil end
        items[#items + 1] = '[' .. pandoc.write(pandoc.Pandoc(item), 'typst', typst_options) .. ']'
      end
      return pandoc.RawBlock('typst', open .. table.concat(items, ', ') .. ')')
    end,
  }
  return { inner, links, outline }
end

local function convert(item)
  local out = { math = pandoc.List {}, images = pandoc.List {}, headings = pandoc.List {},
                links = pandoc.List {} }
  local document = pandoc.read(item.text, READERS[item.source])
  if item.target == 'html' then
    out.text = pandoc.write(document:walk(html_filter), 'html', html_options)
  else
    -- Raw HTML may hold images and links, so it is read before they are looked for.
    local filters = typst_filters(out)
    document = document:walk { Inlines = pair_tags }
    document = document:walk { RawBlock = filters[1].RawBlock, RawInline = filters[1].RawInline }
    document = document:walk { Table = tables.fitted }
    document = document:walk {
      Math = filters[1].Math, Image = filters[1].Image,
      Str = function(str) return tables.breakable(str.text, 40) end }
    document = document:walk(filters[2]):walk(filters[3])
    document.meta = {}
    out.text = pandoc.write(document, 'typst', typst_options)
  end
  return out
end

for line in io.lines() do
  local request = json.decode(line)
  local answers = pandoc.List {}
  for _, item in ipairs(request.items) do
    local ok, result = pcall(convert, item)
    answers[#answers + 1] = ok and result or { error = tostring(result) }
  end
  io.write(json.encode { items = answers }, '\n')
  io.flush()
end
