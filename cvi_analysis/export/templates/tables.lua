-- Tables that are wider than the page: narrower type and column widths that follow the words; and
-- where even that does not do, several tables with some of the columns each, the first ones repeated.
--
-- Widths are estimated from characters, a little above what the PDF's font needs. A table that
-- surely fits as it is stays as it is.

local PAGE = 468           -- points between the margins
local WORD = 14            -- ems, the longest piece that is not broken: about 24 characters
local SIZES = { { 9, 14 }, { 8, 10 }, { 7, 7 }, { 6.4, 5 } }  -- type and space between columns
local PARTED = { 7, 7 }    -- the same for a table in parts

local function em(code)
  if code >= 0x30 and code <= 0x39 then return 0.65 end
  local char = code < 0x80 and string.char(code) or ''
  if char:match('[mwMW@%%]') then return 0.97 end
  if char:match("[iljtfrI.,:;'|!()%[%] /%-]") then return 0.45 end
  if char:match('[%u]') then return 0.73 end
  if code < 0x2000 then return 0.6 end
  return 1
end

local function width(text)
  local sum = 0
  for _, code in utf8.codes(text, true) do sum = sum + em(code) end
  return sum
end

-- The longest piece that is not broken, and the whole on one line, in ems.
local function measured(cell, bold)
  local text = pandoc.utils.stringify(cell.contents)
  local longest, factor = 0, bold and 1.06 or 1
  for piece in text:gmatch('[^%s_]+_?') do longest = math.max(longest, width(piece)) end
  return math.min(WORD, longest * factor), width(text) * factor
end

-- Long words get places where they may break (empty boxes; space of no width is none): after each underscore, and anywhere beyond `limit`.
local function breakable(text, limit)
  local pieces, run = pandoc.List {}, 0
  local gap = pandoc.RawInline('typst', '#box();')
  local long, current = false, ''
  local narrow = limit < 40
  for _, code in utf8.codes(text, true) do  -- other scripts break by their own rules
    run = code < 0x300 and not (narrow and code == 0x5F) and run + 1 or 0
    long = long or run > limit
  end
  if not long and not (narrow and text:find('_.')) then return nil end
  for _, code in utf8.codes(text, true) do
    current = current .. utf8.char(code)
    if code < 0x300 and (long or code == 0x5F) then
      pieces:insert(pandoc.Str(current))
      pieces:insert(gap)
      current = ''
    end
  end
  if current ~= '' then pieces:insert(pandoc.Str(current)) end
  return pieces
end

-- Rows as arrays of cells, one a column; a cell that spans several stands in each of them.
local function grid(rows)
  local found, waiting = {}, {}
  for r, row in ipairs(rows) do
    found[r] = found[r] or {}
    local column = 1
    for _, cell in ipairs(row.cells) do
      while found[r][column] do column = column + 1 end
      for down = 0, cell.row_span - 1 do
        if rows[r + down] then
          found[r + down] = found[r + down] or {}
          for right = 0, cell.col_span - 1 do found[r + down][column + right] = cell end
        end
      end
      column = column + cell.col_span
    end
  end
  return found
end

local function body_rows(tbl)
  local rows, first = pandoc.List {}, 0
  for _, body in ipairs(tbl.bodies) do
    rows:extend(body.head)
    rows:extend(body.body)
    first = math.max(first, body.row_head_columns or 0)
  end
  rows:extend(tbl.foot.rows)
  return rows, first
end

local function has_pictures(tbl)
  local found = false
  tbl:walk { Image = function() found = true end, Table = function() found = true end }
  return found
end

local function sized(tbl, size, pad)
  local half = string.format('%gpt', pad / 2)
  return pandoc.Blocks {
    pandoc.RawBlock('typst', string.format(
      '#[#show table: set text(size: %gpt)\n#set table(inset: (x, y) => (left: if x == 0 { 0pt } '
      .. 'else { %s }, right: %s, y: %gpt))', size, half, half, math.max(3, size / 2))),
    tbl:walk { Str = function(str) return breakable(str.text, 20) end },
    pandoc.RawBlock('typst', ']') }
end

-- `indices` of the table's columns as a table of their own.
local function part(tbl, heads, rows, indices, size, pad, words, first, note)
  local specs = pandoc.List {}
  for _, i in ipairs(indices) do
    specs:insert { tbl.colspecs[i][1], math.min(1, (words[i] * size + pad) / PAGE) }
  end
  local function chosen(lines)
    return pandoc.List(lines):map(function(line)
      return pandoc.Row(pandoc.List(indices):map(function(i)
        return pandoc.Cell(line[i] and line[i].contents or {})
      end))
    end)
  end
  local caption = pandoc.Blocks(tbl.caption.long):clone()
  caption:insert(pandoc.Plain { pandoc.Str(note) })
  local body = { attr = pandoc.Attr(), body = chosen(rows), head = {}, row_head_columns = first }
  return sized(pandoc.Table({ long = caption }, specs, pandoc.TableHead(chosen(heads)), { body },
    pandoc.TableFoot()), size, pad)
end

local function fitted(tbl)
  local count = #tbl.colspecs
  if count == 0 or has_pictures(tbl) then return nil end
  local rows, first = body_rows(tbl)
  local heads, bodies = grid(tbl.head.rows), grid(rows)
  local words, whole = {}, {}
  for i = 1, count do words[i], whole[i] = 0, 0 end
  for bold, lines in pairs { [true] = heads, [false] = bodies } do
    for _, line in ipairs(lines) do
      for i = 1, count do
        if line[i] and line[i].col_span == 1 then
          local word, all = measured(line[i], bold)
          words[i], whole[i] = math.max(words[i], word), math.max(whole[i], all)
        end
      end
    end
  end
  local least, natural = 0, 0
  for i = 1, count do least, natural = least + words[i], natural + whole[i] end
  if natural * SIZES[1][1] + count * SIZES[1][2] <= PAGE then return nil end
  for _, choice in ipairs(SIZES) do
    local size, pad = choice[1], choice[2]
    local spare = PAGE - least * size - count * pad
    if spare >= 0 then
      -- What is left goes to the columns whose text is longest, but for more than they need.
      local share = natural > least and math.min(size, spare / (natural - least)) or 0
      for i = 1, count do
        local points = words[i] * size + pad + (whole[i] - words[i]) * share
        tbl.colspecs[i] = { tbl.colspecs[i][1], points / PAGE }
      end
      return sized(tbl, size, pad)
    end
  end
  local size, pad = PARTED[1], PARTED[2]
  first = math.min(math.max(first, 1), 3, count - 1)
  local base = 0
  for i = 1, first do base = base + words[i] * size + pad end
  local function groups(most)  -- the first and last columns of each part, at most so many in it
    local found, at = {}, first + 1
    while at <= count do
      local room, from = PAGE - base, at
      repeat
        room = room - words[at] * size - pad
        at = at + 1
      until at > count or at - from >= most or room < words[at] * size + pad
      found[#found + 1] = { from, at - 1 }
    end
    return found
  end
  local result, columns = pandoc.Blocks {}, count - first
  for _, ends in ipairs(groups(math.ceil(columns / #groups(columns)))) do  -- parts of a like size
    local indices = pandoc.List {}
    for i = 1, count do
      if i <= first or (i >= ends[1] and i <= ends[2]) then indices:insert(i) end
    end
    local note = string.format('Columns %d to %d of %d', ends[1] - first, ends[2] - first, columns)
    result:extend(part(tbl, heads, bodies, indices, size, pad, words, first, note))
  end
  return result
end

return { fitted = fitted, breakable = breakable }
