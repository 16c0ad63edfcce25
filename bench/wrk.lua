-- Asks for the paths of a file in turn: wrk ... -- FILE SEED
local requests = {}
local at = 0

function init(arguments)
   for path in io.lines(arguments[1]) do
      requests[#requests + 1] = wrk.format("GET", path)
   end
   math.randomseed(tonumber(arguments[2]))
   at = math.random(#requests)
end

function request()
   at = at % #requests + 1
   return requests[at]
end
