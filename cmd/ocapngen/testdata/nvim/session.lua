-- A session of Neovim with "ocapngen lsp": open a file, type an error, see it, fix it, rename a method, format. Run with
--   nvim --headless -u NONE -l session.lua, or with -S; the environment says where the server and the file are.
-- Every step prints a line; the first that fails ends Neovim with exit code 1.

local server, file = vim.env.OCAPNGEN, vim.env.OCAPN_FILE

local function say(...) io.stdout:write(table.concat({ ... }, " "), "\n") end

local function fail(what)
  say("FAIL:", what)
  io.stdout:flush()
  vim.cmd("cquit 1")
end

local function wait(what, condition)
  if not vim.wait(10000, condition, 10) then fail("waited for " .. what) end
end

local function session()
  vim.cmd("edit " .. file)
  local buffer = vim.api.nvim_get_current_buf()
  local published = 0
  local id = vim.lsp.start_client({
    name = "ocapngen",
    cmd = { server, "lsp" },
    root_dir = vim.fn.fnamemodify(file, ":h"),
    handlers = {
      ["textDocument/publishDiagnostics"] = function(...)
        published = published + 1
        vim.lsp.diagnostic.on_publish_diagnostics(...)
      end,
    },
  })
  vim.lsp.buf_attach_client(buffer, id)
  local client = vim.lsp.get_client_by_id(id)
  wait("initialize", function() return client.initialized end)
  wait("the first diagnostics", function() return published > 0 end)

  local function diagnostics()
    local out = {}
    for _, d in ipairs(vim.diagnostic.get(buffer)) do
      table.insert(out, string.format("%d:%d %s", d.lnum + 1, d.col + 1, vim.split(d.message, "\n")[1]))
    end
    return table.concat(out, "; ")
  end

  local function replace(line, from, to)
    local text = vim.api.nvim_buf_get_lines(buffer, line - 1, line, true)[1]
    local first, last = text:find(from, 1, true)
    vim.api.nvim_buf_set_text(buffer, line - 1, first - 1, line - 1, last, { to })
  end

  local function request(method, line, column, more)
    local params = vim.tbl_extend("force", {
      textDocument = { uri = vim.uri_from_bufnr(buffer) },
      position = { line = line - 1, character = column - 1 },
    }, more or {})
    local answers, err = vim.lsp.buf_request_sync(buffer, method, params, 10000)
    local answer = answers and answers[id]
    if not answer or answer.err then fail(method .. ": " .. vim.inspect(answer or err)) end
    return answer.result
  end

  local function show()
    for _, line in ipairs(vim.api.nvim_buf_get_lines(buffer, 0, -1, true)) do say("|", line) end
  end

  say("open:", diagnostics() == "" and "nothing is wrong" or diagnostics())

  replace(6, "who: user", "who: usr")
  wait("an error", function() return diagnostics() ~= "" end)
  say("error:", diagnostics())

  local range = { start = { line = 5, character = 28 }, ["end"] = { line = 5, character = 28 } }
  local actions = request("textDocument/codeAction", 6, 29, { range = range, context = { diagnostics = {} } })
  say("action:", actions[1].title)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, client.offset_encoding)
  wait("no error", function() return diagnostics() == "" end)

  say("hover:", vim.split(request("textDocument/hover", 6, 29).contents.value, "\n")[2])
  say("definition:", request("textDocument/definition", 6, 29)[1].range.start.line + 1)
  say("references:", #request("textDocument/references", 3, 12, { context = { includeDeclaration = true } }))
  say("symbols:", #request("textDocument/documentSymbol", 1, 1))
  local items = request("textDocument/completion", 6, 28)
  say("completion:", items[1].label, items[2].label)

  vim.lsp.util.apply_workspace_edit(request("textDocument/rename", 4, 6, { newName = "self-proposed-name" }), client.offset_encoding)
  local edits = request("textDocument/formatting", 1, 1, { options = { tabSize = 2, insertSpaces = true } })
  vim.lsp.util.apply_text_edits(edits, buffer, client.offset_encoding)
  show()

  vim.lsp.stop_client(id)
  wait("the end of the server", function() return vim.lsp.client_is_stopped(id) end)
  say("stopped")
end

local ok, err = pcall(session)
if not ok then fail(err) end
io.stdout:flush()
vim.cmd("qall!")
