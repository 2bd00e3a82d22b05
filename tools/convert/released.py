from rtfm_mmaction.cli.released import main

if __name__ == '__main__':
    main()
